namespace BudgetFirewall.Conformance;

/// <summary>A decision says of each limit its verdict, what it needed, what was there, and the definition that it comes from.</summary>
public abstract class DecisionsExplainThemselves<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_denial_has_the_verdict_of_each_limit()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(1m), Limit(SearchScope, 5m), Limit(BudgetScope.Global, 1m) with { Enforcement = Enforcement.Soft }]);
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 1), Rate(SearchScope, capacity: 9)]);
        });

        var decision = await firewall.TrySpendAsync(Call(2m, project: Search) with { Permits = 2 });

        decision.Limits.Select(limit => (limit.Kind, limit.Scope, limit.Verdict)).Should().Equal(
            (LimitKind.Budget, BudgetScope.Global, Verdict.Admit),
            (LimitKind.Budget, SearchScope, Verdict.Admit),
            (LimitKind.Budget, AliceScope, Verdict.Refuse),
            (LimitKind.RateLimit, SearchScope, Verdict.Admit),
            (LimitKind.RateLimit, AliceScope, Verdict.Refuse));
        decision.Limits.Select(limit => (limit.Needed, limit.Available)).Should().Equal((2m, 1m), (2m, 5m), (2m, 1m), (2m, 9m), (2m, 1m));
        decision.Limits.Select(limit => limit.Id).Should().Equal(decision.Budgets.Select(state => state.BudgetId).Concat(decision.RateLimits.Select(state => state.RateLimitId)));
    }

    [Fact]
    public async Task Limits_that_refuse_together_have_each_its_own_wait()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(1m, BudgetPeriod.Hour), AliceLimit(1m), AliceLimit(1m, BudgetPeriod.None), AliceLimit(0.5m, BudgetPeriod.Month), AliceLimit(9m, BudgetPeriod.Year)]);
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 10, refillPerSecond: 0.01m), Rate(ProviderScope, capacity: 6, refillPerSecond: 1m)]);
        });
        await firewall.ChargeAsync(Call(1m));
        await firewall.CheckAsync(Call(0m) with { Permits = 6 });

        var decision = await firewall.TryReserveAsync(Call(1m) with { Permits = 7 });

        var limits = decision.Decision.Limits;
        TimeSpan? WaitOf(BudgetPeriod period) => limits.Single(limit => limit.Id == AliceLimit(1m, period).Id).Wait;
        AssertWait(Calendar.NextHour(Harness.Now) - Harness.Now, WaitOf(BudgetPeriod.Hour));
        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, WaitOf(BudgetPeriod.Day));
        WaitOf(BudgetPeriod.None).Should().BeNull();
        WaitOf(BudgetPeriod.Month).Should().BeNull();
        WaitOf(BudgetPeriod.Year).Should().BeNull();
        limits.Single(limit => limit.Id == AliceLimit(1m, BudgetPeriod.Year).Id).Verdict.Should().Be(Verdict.Admit);
        AssertWait(TimeSpan.FromSeconds(300), limits.Single(limit => limit.Kind == LimitKind.RateLimit && limit.Scope == AliceScope).Wait);
        limits.Count(limit => limit.Verdict == Verdict.Refuse).Should().Be(6);
        limits.Single(limit => limit.Kind == LimitKind.RateLimit && limit.Scope == ProviderScope).Should().Match<LimitVerdict>(limit => limit.Verdict == Verdict.Refuse && limit.Wait == null);
        decision.Decision.RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task An_allowed_decision_says_what_was_there_before_it()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
        });

        var check = await firewall.CheckAsync(Call(1m));
        await using var reservation = await firewall.ReserveAsync(Call(2m));
        var spend = await firewall.SpendAsync(Call(3m) with { Permits = 2 });

        check.Limits.Select(limit => (limit.Verdict, limit.Needed, limit.Available, limit.Wait)).Should().Equal((Verdict.Admit, 1m, 10m, null), (Verdict.Admit, 1m, 5m, null));
        reservation.Decision.Limits.Select(limit => (limit.Needed, limit.Available)).Should().Equal((2m, 10m), (1m, 4m));
        spend.Limits.Select(limit => (limit.Needed, limit.Available)).Should().Equal((3m, 8m), (2m, 3m));
        spend.WouldBeDeniedBy.Should().BeEmpty();
    }

    [Fact]
    public async Task A_replay_admits_and_shows_what_is_there_now()
    {
        var firewall = Firewall(AliceLimit(10m));
        await firewall.SpendAsync(Call(6m, id: "one"));

        var replay = await firewall.SpendAsync(Call(6m, id: "one"));

        replay.IsReplay.Should().BeTrue();
        replay.Limits.Should().ContainSingle().Which.Should().Match<LimitVerdict>(limit => limit.Verdict == Verdict.Admit && limit.Needed == 6m && limit.Available == 4m);
    }

    [Fact]
    public async Task A_limit_for_one_id_names_the_limit_for_each_that_it_replaces()
    {
        var each = Limit(BudgetScope.Each("user"), 1m);
        var eachRate = Rate(BudgetScope.Each("user"), capacity: 3);
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([each, AliceLimit(5m) with { Id = "hers" }, Limit(BudgetScope.Global, 9m)]);
            options.RateLimits.AddRange([eachRate, Rate(AliceScope, capacity: 9) with { Id = "her rate" }]);
        });

        var alice = await firewall.CheckAsync(Call(1m));
        var bob = await firewall.CheckAsync(Call(1m, "bob"));

        alice.Limits.Select(limit => (limit.Id, limit.ReplacedId)).Should().Equal((Limit(BudgetScope.Global, 9m).Id, null), ("hers", each.Id), ("her rate", eachRate.Id));
        bob.Limits.Select(limit => (limit.Id, limit.ReplacedId)).Should().Equal((Limit(BudgetScope.Global, 9m).Id, null), (each.Id, null), (eachRate.Id, null));
        alice.Limits.Should().AllSatisfy(limit => limit.Source.Should().Be(LimitSource.Configuration));
    }

    [Fact]
    public async Task A_runtime_budget_names_the_configured_one_that_it_replaces()
    {
        var firewall = Firewall(AliceLimit(1m), Limit(SearchScope, 1m) with { Id = "configured" });
        var elsewhere = Firewall(AliceLimit(1m));
        await elsewhere.Budgets.SetAsync(AliceLimit(5m));
        await elsewhere.Budgets.SetAsync(Limit(SearchScope, 5m) with { Id = "set" });
        await elsewhere.Budgets.SetAsync(Limit(ProviderScope, 5m) with { Id = "new" });

        var decision = await firewall.CheckAsync(Call(1m, project: Search));

        decision.Limits.Select(limit => (limit.Id, limit.Source, limit.ReplacedId)).Should().Equal(
            ("new", LimitSource.RunTime, null),
            ("set", LimitSource.RunTime, "configured"),
            (AliceLimit(1m).Id, LimitSource.RunTime, AliceLimit(1m).Id));
    }

    [Fact]
    public async Task An_unknown_amount_needs_the_smallest_step()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(0m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 5, unit: Record));
        });

        var decision = await firewall.TryCheckAsync(Call());

        decision.Limits.Select(limit => (limit.Verdict, limit.Needed)).Should().Equal((Verdict.Refuse, Nano), (Verdict.Admit, 0.000001m));
    }

    [Fact]
    public async Task A_store_that_is_away_explains_nothing()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(1m)));
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        (await firewall.TrySpendAsync(Call(2m))).Limits.Should().BeEmpty();
    }
}
