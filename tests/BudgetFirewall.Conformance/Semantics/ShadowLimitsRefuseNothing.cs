namespace BudgetFirewall.Conformance;

/// <summary>A shadow limit refuses nothing, counts every charge on counters of its own, and says what it would refuse.</summary>
public abstract class ShadowLimitsRefuseNothing<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_shadow_budget_lets_through_what_it_would_refuse_and_counts_it()
    {
        var firewall = Firewall(Shadow(AliceLimit(1m)));

        var first = await firewall.SpendAsync(Call(1m));
        var second = await firewall.SpendAsync(Call(2m));
        var third = await firewall.CheckAsync(Call(0m));

        first.WouldBeDeniedBy.Should().BeEmpty();
        (second.Outcome, second.RetryAfter, second.DeniedByBudgets.Count).Should().Be(((DecisionOutcome, TimeSpan?, int))(DecisionOutcome.Allowed, null, 0));
        var verdict = second.WouldBeDeniedBy.Should().ContainSingle().Which;
        (verdict.Verdict, verdict.Kind, verdict.Scope, verdict.Needed, verdict.Available).Should().Be((Verdict.WouldRefuse, LimitKind.Budget, AliceScope, 2m, 0m));
        verdict.Wait.Should().BeNull();
        third.WouldBeDeniedBy.Should().BeEmpty();
        third.Budgets.Should().ContainSingle().Which.Should().Match<BudgetState>(state => state.Spent == 3m && state.Enforcement == Enforcement.Shadow);
    }

    [Fact]
    public async Task What_a_shadow_would_refuse_has_a_wait_that_does_not_delay_anybody()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Shadow(AliceLimit(1m)));
            options.RateLimits.Add(Shadow(Rate(AliceScope, capacity: 4, refillPerSecond: 0.01m)));
        });
        await firewall.SpendAsync(Call(1m) with { Permits = 4 });

        var decision = await firewall.TrySpendAsync(Call(1m) with { Permits = 2 });

        (decision.IsAllowed, decision.RetryAfter).Should().Be((true, (TimeSpan?)null));
        decision.WouldBeDeniedBy.Count.Should().Be(2);
        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, decision.WouldBeDeniedBy[0].Wait);
        AssertWait(TimeSpan.FromSeconds(200), decision.WouldBeDeniedBy[1].Wait);
        decision.RateLimits.Should().ContainSingle().Which.RetryAfter.Should().BeNull();
    }

    [Theory]
    [InlineData("check")]
    [InlineData("reserve")]
    [InlineData("spend")]
    public async Task What_a_shadow_bucket_would_refuse_takes_nothing_from_it(string flow)
    {
        var firewall = Firewall(options => options.RateLimits.AddRange([Shadow(Rate(AliceScope, capacity: 5)), Rate(BudgetScope.Global, capacity: 100)]));
        await DecideAsync(firewall, flow, Call(0m) with { Permits = 3 });

        var refused = await DecideAsync(firewall, flow, Call(0m) with { Permits = 4 });
        var admitted = await DecideAsync(firewall, flow, Call(0m) with { Permits = 2 });

        (refused.IsAllowed, refused.WouldBeDeniedBy.Count).Should().Be((true, 1));
        refused.RateLimits.Select(state => state.Level).Should().Equal(93m, 2m);
        (admitted.IsAllowed, admitted.WouldBeDeniedBy.Count).Should().Be((true, 0));
        admitted.RateLimits.Select(state => state.Level).Should().Equal(91m, 0m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_settles_nothing_where_a_shadow_bucket_took_nothing(bool isById)
    {
        var firewall = Firewall(options => options.RateLimits.AddRange(
            [Shadow(Rate(AliceScope, capacity: 10, unit: Record)), Rate(ProviderScope, capacity: 100, unit: Record), Shadow(Rate(BudgetScope.Global, capacity: 50, unit: Record))]));
        var reservation = await firewall.ReserveAsync(Call(0m) with { Usage = Records(20) });

        if (isById)
            await Firewall(_ => { }).CommitAsync(reservation.Id, Records(3));
        else
            await reservation.CommitAsync(Records(3));

        reservation.Decision.WouldBeDeniedBy.Select(limit => limit.Scope).Should().Equal(AliceScope);
        (await firewall.LevelAsync(AliceScope)).Should().Be(10m);
        (await firewall.LevelAsync(ProviderScope)).Should().Be(97m);
        (await firewall.LevelAsync(BudgetScope.Global)).Should().Be(47m);
    }

    [Fact]
    public async Task A_commit_settles_the_difference_where_a_shadow_bucket_admitted()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Shadow(Rate(AliceScope, capacity: 10, unit: Record))));
        var reservation = await firewall.ReserveAsync(Call(0m) with { Usage = Records(5) });

        await reservation.CommitAsync(Records(12));

        (await firewall.LevelAsync(AliceScope)).Should().Be(-2m);
    }

    [Fact]
    public async Task A_shadow_and_an_enforced_budget_count_apart()
    {
        var firewall = Firewall(AliceLimit(10m), Shadow(AliceLimit(4m)));
        await firewall.SpendAsync(Call(3m));
        var reservation = await firewall.ReserveAsync(Call(2m));

        reservation.Decision.WouldBeDeniedBy.Should().ContainSingle().Which.Id.Should().Be(Shadow(AliceLimit(4m)).Id);
        reservation.Decision.Budgets.Select(state => (state.Enforcement, state.Limit, state.Spent, state.Held)).Should()
            .BeEquivalentTo([(Enforcement.Hard, 10m, 3m, 2m), (Enforcement.Shadow, 4m, 3m, 2m)]);
        await firewall.Budgets.ResetAsync(Shadow(AliceLimit(4m)).Id, AliceScope);
        await reservation.CommitAsync(1m);
        (await firewall.GetStatusAsync(AliceScope)).Budgets.Select(state => (state.Enforcement, state.Spent, state.Held)).Should()
            .BeEquivalentTo([(Enforcement.Hard, 4m, 0m), (Enforcement.Shadow, 1m, 0m)]);
    }

    [Fact]
    public async Task A_shadow_neither_replaces_an_enforced_limit_nor_is_replaced_by_one()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([Limit(BudgetScope.Each("user"), 1m), Shadow(AliceLimit(100m)), Shadow(Limit(BudgetScope.Each("project"), 1m)), Limit(SearchScope, 100m)]);
            options.RateLimits.AddRange([Rate(BudgetScope.Each("user"), capacity: 1), Shadow(Rate(AliceScope, capacity: 100))]);
        });

        var decision = await firewall.TrySpendAsync(Call(2m, project: Search) with { Permits = 2 });

        decision.DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(AliceScope);
        decision.DeniedByRateLimits.Should().ContainSingle().Which.Scope.Should().Be(AliceScope);
        decision.WouldBeDeniedBy.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);
        (decision.Budgets.Count, decision.RateLimits.Count).Should().Be((4, 2));
        decision.Limits.Should().AllSatisfy(limit => limit.ReplacedId.Should().BeNull());
    }

    [Fact]
    public async Task A_shadow_for_one_id_replaces_the_shadow_for_each()
    {
        var each = Shadow(Limit(BudgetScope.Each("user"), 1m));
        var firewall = Firewall(each, Shadow(AliceLimit(100m)));

        var decision = await firewall.SpendAsync(Call(2m));

        decision.Limits.Should().ContainSingle().Which.ReplacedId.Should().Be(each.Id);
        decision.WouldBeDeniedBy.Should().BeEmpty();
    }

    [Fact]
    public async Task An_enforced_denial_takes_nothing_and_still_says_what_shadows_would_refuse()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(1m), Shadow(AliceLimit(0.5m))]);
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 5), Shadow(Rate(AliceScope, capacity: 1)), Shadow(Rate(BudgetScope.Global, capacity: 9))]);
        }, observer);

        var decision = await firewall.TrySpendAsync(Call(2m) with { Permits = 2 });

        decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        decision.WouldBeDeniedBy.Select(limit => limit.Kind).Should().Equal(LimitKind.Budget, LimitKind.RateLimit);
        decision.Budgets.Should().AllSatisfy(state => (state.Spent, state.Held).Should().Be((0m, 0m)));
        decision.RateLimits.Select(state => state.Level).Should().BeEquivalentTo([5m, 1m, 9m]);
        (await Eventually.HoldsAsync(() => !observer.Denials.IsEmpty)).Should().BeTrue();
        observer.WouldBeDenials.Should().BeEmpty();
    }

    [Fact]
    public async Task An_enforced_budget_beside_a_shadow_never_admits_too_much()
    {
        var processes = Processes(4, AliceLimit(10m), Shadow(AliceLimit(3m)));

        var decisions = await Together.DoAsync(40, 4, i => processes[i % processes.Length].TrySpendAsync(Call(1m)));

        decisions.Count(decision => decision.IsAllowed).Should().Be(10);
        decisions.Count(decision => decision is { IsAllowed: true, WouldBeDeniedBy.Count: 0 }).Should().Be(3);
        (await processes[0].GetStatusAsync(AliceScope)).Budgets.Should().AllSatisfy(state => state.Spent.Should().Be(10m));
    }

    [Fact]
    public async Task A_shadow_makes_no_cost_need_to_be_known()
    {
        var firewall = Firewall(Shadow(AliceLimit(1m)));

        (await firewall.SpendAsync(Call())).WouldBeDeniedBy.Should().BeEmpty();
        await firewall.SpendAsync(Call(1m));
        (await firewall.SpendAsync(Call())).WouldBeDeniedBy.Should().ContainSingle().Which.Needed.Should().Be(Nano);
    }

    [Fact]
    public async Task A_shadow_warns_and_reports_no_overrun()
    {
        var firewall = Firewall(Shadow(AliceLimit(1m)));

        var receipt = await firewall.ChargeAsync(Call(3m));

        receipt.Warnings.Should().ContainSingle().Which.BudgetId.Should().Be(Shadow(AliceLimit(1m)).Id);
        (receipt.Overrun, receipt.Overruns.Count).Should().Be((0m, 0));
    }

    [Fact]
    public async Task A_request_that_only_shadows_count_is_one_without_a_budget()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Shadow(AliceLimit(10m)));
            options.UnbudgetedRequests = UnbudgetedRequests.Deny;
        });

        (await firewall.TrySpendAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
    }

    [Fact]
    public async Task A_replay_changes_nothing_and_would_be_denied_by_nothing()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Shadow(AliceLimit(1m)));
            options.RateLimits.Add(Shadow(Rate(AliceScope, capacity: 1)));
        });
        var first = await firewall.SpendAsync(Call(2m, id: "one") with { Permits = 2 });

        var replay = await firewall.SpendAsync(Call(2m, id: "one") with { Permits = 2 });

        (first.WouldBeDeniedBy.Count, replay.WouldBeDeniedBy.Count, replay.IsReplay).Should().Be((2, 0, true));
        replay.Budgets.Should().ContainSingle().Which.Spent.Should().Be(2m);
        replay.RateLimits.Should().ContainSingle().Which.Level.Should().Be(1m);
    }

    [Fact]
    public async Task A_runtime_budget_may_be_a_shadow()
    {
        var firewall = Firewall(AliceLimit(10m));
        var shadow = Shadow(AliceLimit(1m));
        await firewall.Budgets.SetAsync(shadow);
        var other = Firewall(AliceLimit(10m));

        var decision = await other.SpendAsync(Call(2m));

        decision.WouldBeDeniedBy.Should().ContainSingle().Which.Should().Match<LimitVerdict>(limit => limit.Source == LimitSource.RunTime && limit.ReplacedId == null && limit.Id == shadow.Id);
        (await other.Budgets.ListAsync()).Should().BeEquivalentTo([AliceLimit(10m), shadow]);
        await FluentActions.Awaiting(async () => await other.Budgets.SetAsync(Shadow(AliceLimit(5m)) with { Id = "twin" })).Should().ThrowExactlyAsync<ArgumentException>();
    }

    [Fact]
    public async Task Observers_hear_of_what_was_let_through_and_would_be_denied()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(Shadow(AliceLimit(1m))), observer);

        await firewall.SpendAsync(Call(1m, id: "one"));
        await firewall.SpendAsync(Call(1m, id: "two"));
        await firewall.SpendAsync(Call(1m, id: "two"));
        await firewall.TryReserveAsync(Call(1m, id: "three"));

        (await Eventually.HoldsAsync(() => observer.WouldBeDenials.Count >= 2)).Should().BeTrue();
        observer.WouldBeDenials.Select(decision => decision.OperationId).Should().Equal("two", "three");
        observer.Denials.Should().BeEmpty();
    }

    private static Budget Shadow(Budget budget) => budget with { Enforcement = Enforcement.Shadow };

    private static RateLimit Shadow(RateLimit limit) => limit with { Enforcement = Enforcement.Shadow };

    private static async Task<BudgetDecision> DecideAsync(IBudgetFirewall firewall, string flow, BudgetRequest request) => flow switch
    {
        "check" => await firewall.TryCheckAsync(request),
        "reserve" => (await firewall.TryReserveAsync(request)).Decision,
        "spend" => await firewall.TrySpendAsync(request),
        _ => throw new ArgumentOutOfRangeException(nameof(flow)),
    };
}
