namespace BudgetFirewall.Conformance;

/// <summary>When several things refuse: which comes first, who is named, how long to wait.</summary>
public abstract class SeveralRefusals<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_budget_comes_before_a_rate_limit_and_all_that_refuse_are_named()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(1m), Limit(SearchScope, 1m), Limit(BudgetScope.Global, 100m)]);
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 1), Rate(BudgetScope.Global, capacity: 1), Rate(SearchScope, capacity: 9)]);
        });

        var decision = await firewall.TrySpendAsync(Call(2m, project: Search) with { Permits = 2 });

        decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        decision.DeniedByBudgets.Select(state => state.Scope).OrderBy(scope => scope.Kind).Should().Equal(SearchScope, AliceScope);
        decision.DeniedByRateLimits.Select(state => state.Scope).OrderBy(scope => scope.Kind).Should().Equal(BudgetScope.Global, AliceScope);
        (decision.Budgets.Count, decision.RateLimits.Count).Should().Be((3, 3));
        await FluentActions.Awaiting(async () => await firewall.SpendAsync(Call(2m, project: Search) with { Permits = 2 })).Should().ThrowExactlyAsync<BudgetExceededException>();
    }

    [Fact]
    public async Task An_unavailable_store_comes_before_everything()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(0m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 1));
        });
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        (await firewall.TrySpendAsync(Call(2m) with { Permits = 2 })).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
    }

    [Fact]
    public async Task The_wait_is_the_longest_of_those_that_refuse()
    {
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.Hour), AliceLimit(1m), AliceLimit(100m, BudgetPeriod.Month));
        await firewall.SpendAsync(Call(1m));

        var decision = await firewall.TrySpendAsync(Call(1m));

        decision.DeniedByBudgets.Count.Should().Be(2);
        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, decision.RetryAfter);
    }

    [Fact]
    public async Task A_rate_limit_that_refuses_longer_than_the_budget_decides_the_wait()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m, BudgetPeriod.Hour));
            options.RateLimits.Add(Rate(AliceScope, capacity: 10, refillPerSecond: 0.001m));
        });
        await firewall.SpendAsync(Call(1m) with { Permits = 10 });

        var decision = await firewall.TrySpendAsync(Call(1m) with { Permits = 9 });

        decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        AssertWait(TimeSpan.FromSeconds(9_000), decision.RetryAfter);
    }

    [Fact]
    public async Task Of_several_rate_limits_the_longest_wait_counts()
    {
        var firewall = Firewall(options => options.RateLimits.AddRange(
            [Rate(AliceScope, capacity: 10, refillPerSecond: 0.1m), Rate(SearchScope, capacity: 10, refillPerSecond: 0.01m)]));
        await firewall.SpendAsync(Call(0m, project: Search) with { Permits = 10 });

        var decision = await firewall.TrySpendAsync(Call(0m, project: Search) with { Permits = 5 });

        decision.DeniedByRateLimits.Count.Should().Be(2);
        AssertWait(TimeSpan.FromSeconds(500), decision.RetryAfter);
    }

    [Fact]
    public async Task There_is_no_wait_if_one_of_those_that_refuse_does_not_heal_with_time()
    {
        var tooSmall = Firewall(AliceLimit(1m), AliceLimit(100m, BudgetPeriod.Month));
        var endless = Firewall(AliceLimit(1m), Limit(SearchScope, 1m, BudgetPeriod.None));
        var dry = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 1));
        });
        await endless.ChargeAsync(Call(1m, project: Search));
        await dry.CheckAsync(Call(0m));

        (await tooSmall.TrySpendAsync(Call(2m))).RetryAfter.Should().BeNull();
        (await endless.TrySpendAsync(Call(1m, project: Search))).RetryAfter.Should().BeNull();
        (await dry.TrySpendAsync(Call(1m))).RetryAfter.Should().BeNull();
        (await endless.TrySpendAsync(Call(1m))).RetryAfter.Should().NotBeNull();
    }

    [Fact]
    public async Task More_permits_than_a_bucket_ever_holds_do_not_heal_with_time()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 5, refillPerSecond: 1m)));

        (await firewall.TryCheckAsync(Call(0m) with { Permits = 6 })).RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task An_allowed_decision_has_no_wait_and_names_nothing_that_refuses()
    {
        var firewall = Firewall(AliceLimit(1m));

        var decision = await firewall.SpendAsync(Call(1m));

        decision.RetryAfter.Should().BeNull();
        decision.DeniedByBudgets.Should().BeEmpty();
        decision.DeniedByRateLimits.Should().BeEmpty();
        decision.ThrowIfDenied();
    }

    [Fact]
    public async Task Thirty_two_budgets_and_limits_are_decided_together_and_one_more_is_refused()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange(Enumerable.Range(0, 30).Select(i => AliceLimit(10m) with { Operations = ["request", $"{i}"] }));
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 9), Rate(ProviderScope, capacity: 9)]);
            options.Budgets.Add(Limit(SearchScope, 10m));
        });

        (await firewall.SpendAsync(Call(1m))).Budgets.Count.Should().Be(30);
        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call(1m, project: Search))).Should().ThrowExactlyAsync<ArgumentException>();
        await firewall.AssertStandsAtAsync(SearchScope, spent: 0);
        (await firewall.LevelAsync(AliceScope)).Should().Be(8m);
    }

    [Fact]
    public async Task The_order_of_the_budgets_is_the_same_in_every_decision_and_receipt()
    {
        var firewall = Firewall(
            Limit(BudgetScope.Each("user"), 10m), Limit(BudgetScope.Global, 10m), AliceLimit(10m, BudgetPeriod.Month), Limit(SearchScope, 10m), Limit(ProviderScope, 10m));
        var request = Call(1m, project: Search);
        var reservation = await firewall.ReserveAsync(request);
        string[] order = [.. reservation.Decision.Budgets.Select(state => state.BudgetId)];

        order.Length.Should().Be(5);
        (await firewall.SpendAsync(request)).Budgets.Select(state => state.BudgetId).Should().Equal(order);
        (await firewall.ChargeAsync(request)).Budgets.Select(state => state.BudgetId).Should().Equal(order);
        (await reservation.CommitAsync(1m)).Budgets.Select(state => state.BudgetId).Should().Equal(order);
        (await firewall.TrySpendAsync(Call(100m, project: Search))).Budgets.Select(state => state.BudgetId).Should().Equal(order);
        (await firewall.TrySpendAsync(Call(100m, project: Search))).DeniedByBudgets.Select(state => state.BudgetId).Should().Equal(order);
    }

    [Fact]
    public async Task A_request_that_no_budget_counts_is_allowed_or_denied_as_configured()
    {
        var open = Firewall(AliceLimit(1m));
        var closed = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(1m), Limit(SearchScope, 5m) with { IsActive = false }]);
            options.UnbudgetedRequests = UnbudgetedRequests.Deny;
        });

        (await open.TrySpendAsync(Call(5m, "bob"))).IsAllowed.Should().BeTrue();
        var denied = await closed.TrySpendAsync(Call(0m, "bob", Search));
        (denied.Outcome, denied.RetryAfter).Should().Be(((DecisionOutcome, TimeSpan?))(DecisionOutcome.BudgetExceeded, null));
        denied.DeniedByBudgets.Should().BeEmpty();
        (await closed.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Observers_hear_of_every_denial_and_of_nothing_that_is_allowed()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(1m)), observer);

        await firewall.TrySpendAsync(Call(2m, id: "one"));
        await firewall.SpendAsync(Call(1m, id: "two"));
        await firewall.TryReserveAsync(Call(2m, id: "three"));

        (await Eventually.HoldsAsync(() => observer.Denials.Count >= 2)).Should().BeTrue();
        observer.Denials.Select(decision => decision.OperationId).Should().Equal("one", "three");
    }

    [Fact]
    public async Task A_longer_wait_is_kept_whichever_budget_comes_after_it()
    {
        var firewall = Firewall(Limit(BudgetScope.Global, 1m), AliceLimit(1m, BudgetPeriod.Hour));
        await firewall.SpendAsync(Call(1m));

        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, (await firewall.TrySpendAsync(Call(1m))).RetryAfter);
    }

    [Fact]
    public async Task A_refusing_rate_limit_says_when_it_has_enough_again_and_others_do_not()
    {
        var firewall = Firewall(options => options.RateLimits.AddRange(
            [Rate(AliceScope, capacity: 10, refillPerSecond: 0.1m), Rate(SearchScope, capacity: 100, refillPerSecond: 0.1m)]));
        await firewall.SpendAsync(Call(0m, project: Search) with { Permits = 10 });

        var decision = await firewall.TrySpendAsync(Call(0m, project: Search) with { Permits = 5 });

        AssertWait(TimeSpan.FromSeconds(50), decision.RateLimits.Single(state => state.Scope == AliceScope).RetryAfter);
        decision.RateLimits.Single(state => state.Scope == SearchScope).RetryAfter.Should().BeNull();
        (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task What_an_allowed_step_has_used_up_does_not_count_as_refusing_it()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 10, refillPerSecond: 0.1m));
        });

        var decision = await firewall.SpendAsync(Call(1m) with { Permits = 10 });

        (decision.DeniedByBudgets.Count, decision.DeniedByRateLimits.Count).Should().Be((0, 0));
        (decision.RateLimits.Should().ContainSingle().Which.Level, decision.RateLimits[0].RetryAfter).Should().Be(((decimal, TimeSpan?))(0m, null));
    }
}
