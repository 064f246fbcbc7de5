namespace BudgetFirewall.Conformance;

/// <summary>What the status of a scope tells.</summary>
public abstract class StatusTells<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Spent_held_remaining_and_utilisation_of_every_budget_of_the_scope()
    {
        var firewall = Firewall(
            AliceLimit(10m), AliceLimit(100m, BudgetPeriod.Month) with { Enforcement = Enforcement.Soft }, Limit(AliceScope, 50m, unit: Record), Limit(SearchScope, 1m));
        await firewall.SpendAsync(Call(4m) with { Usage = Records(20) });
        await firewall.ReserveAsync(Call(1m) with { Usage = Records(5) });

        var status = await firewall.GetStatusAsync(AliceScope);

        (status.Scope, status.Partition, status.Currency).Should().Be(((BudgetScope, string?, string))(AliceScope, null, "USD"));
        status.Budgets.Count.Should().Be(3);
        AssertState(status, AliceLimit(10m).Id, Enforcement.Hard, limit: 10m, spent: 4m, held: 1m, remaining: 5m, utilization: 0.4m);
        AssertState(status, AliceLimit(10m, BudgetPeriod.Month).Id, Enforcement.Soft, limit: 100m, spent: 4m, held: 1m, remaining: 95m, utilization: 0.04m);
        AssertState(status, Limit(AliceScope, 1m, unit: Record).Id, Enforcement.Hard, limit: 50m, spent: 20m, held: 5m, remaining: 25m, utilization: 0.4m);
    }

    [Fact]
    public async Task The_period_and_the_moment_by_the_stores_clock()
    {
        var firewall = Firewall(AliceLimit(10m), AliceLimit(10m, BudgetPeriod.None));
        var midnight = Calendar.NextMidnight(Harness.Now);

        var status = await firewall.GetStatusAsync(AliceScope);

        AssertMoment(Harness.Now, status.AsOf);
        var day = status.Budgets.Single(state => state.Period == BudgetPeriod.Day);
        (day.PeriodStart, day.ResetsAt).Should().Be(((DateTimeOffset?)midnight.AddDays(-1), (DateTimeOffset?)midnight));
        day.AsOf.Should().Be(status.AsOf);
        var endless = status.Budgets.Single(state => state.Period == BudgetPeriod.None);
        (endless.PeriodStart, endless.ResetsAt, endless.BurnRatePerDay, endless.ProjectedSpend).Should().Be(((DateTimeOffset?, DateTimeOffset?, decimal?, decimal?))(null, null, null, null));
    }

    [Fact]
    public async Task The_burn_rate_and_what_will_be_spent_if_it_stays()
    {
        var firewall = Firewall(AliceLimit(100m));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await Harness.MoveToAsync(midnight);
        await firewall.ChargeAsync(Call(6m));

        await Harness.MoveToAsync(midnight + TimeSpan.FromMinutes(30));
        (await firewall.StateAsync(AliceScope)).BurnRatePerDay.Should().Be(144m);
        await Harness.MoveToAsync(midnight + TimeSpan.FromHours(6));
        var state = await firewall.StateAsync(AliceScope);
        var slack = (decimal)(Harness.TimeTolerance / TimeSpan.FromHours(6));
        state.BurnRatePerDay!.Value.Should().BeInRange(24m * (1 - slack), 24m);
        state.ProjectedSpend!.Value.Should().BeInRange(24m * (1 - slack), 24m);
    }

    [Fact]
    public async Task The_levels_of_the_scopes_buckets()
    {
        var firewall = Firewall(options => options.RateLimits.AddRange(
            [Rate(AliceScope, capacity: 10, refillPerSecond: 0.01m), Rate(AliceScope, capacity: 50, unit: Record), Rate(SearchScope, capacity: 3)]));
        await firewall.SpendAsync(Call(0m) with { Permits = 4, Usage = Records(20) });

        var limits = (await firewall.GetStatusAsync(AliceScope)).RateLimits;

        limits.Count.Should().Be(2);
        var permits = limits.Single(state => state.Unit is null);
        (permits.Scope, permits.Algorithm, permits.Limit, permits.RefillPerSecond, permits.Window).Should()
            .Be((AliceScope, RateLimitAlgorithm.TokenBucket, 10m, 0.01m, TimeSpan.FromSeconds(1_000)));
        permits.Level.Should().BeInRange(6m, 6m + (0.01m * (decimal)Harness.TimeTolerance.TotalSeconds));
        AssertWait(TimeSpan.FromSeconds(400), permits.FullIn);
        var records = limits.Single(state => state.Unit == Record);
        (records.Level, records.Remaining, records.FullIn).Should().Be(((decimal, decimal, TimeSpan?))(30m, 30m, null));
    }

    [Fact]
    public async Task A_scope_never_seen_stands_at_zero_with_full_buckets()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Each("user"), 10m));
            options.RateLimits.Add(Rate(BudgetScope.Each("user"), capacity: 5));
        });

        var status = await firewall.GetStatusAsync(BudgetScope.User("nobody"));

        (status.Budgets[0].Spent, status.Budgets[0].Held, status.Budgets[0].Remaining).Should().Be((0m, 0m, 10m));
        status.Budgets[0].Scope.Should().Be(BudgetScope.User("nobody"));
        (status.RateLimits[0].Level, status.RateLimits[0].FullIn).Should().Be(((decimal, TimeSpan?))(5m, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_scope_without_budgets_has_none()
    {
        var status = await Firewall(AliceLimit(1m)).GetStatusAsync(BudgetScope.Of("tenant", "acme"));

        status.Budgets.Should().BeEmpty();
        status.RateLimits.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_filtered_budget_of_the_scope_is_listed()
    {
        var firewall = Firewall(AliceLimit(1m), AliceLimit(2m) with { Models = ["gpt"] }, AliceLimit(3m) with { Providers = ["other"] });

        (await firewall.GetStatusAsync(AliceScope)).Budgets.Select(state => state.Limit).Order().Should().Equal(1m, 2m, 3m);
    }

    [Fact]
    public async Task Looking_changes_nothing()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
        });
        await firewall.SpendAsync(Call(0.5m));
        for (var i = 0; i < 100; i++)
            await firewall.GetStatusAsync(AliceScope);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
        (await firewall.LevelAsync(AliceScope)).Should().Be(4m);
    }

    [Fact]
    public async Task Every_id_of_a_kind_at_once_is_no_scope_to_ask_about()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m));

        await FluentActions.Awaiting(async () => await firewall.GetStatusAsync(BudgetScope.Each("user"))).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await firewall.GetStatusAsync(default(BudgetScope))).Should().ThrowExactlyAsync<ArgumentException>();
    }

    [Fact]
    public async Task The_time_left_in_the_period()
    {
        var firewall = Firewall(AliceLimit(10m), AliceLimit(10m, BudgetPeriod.None));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromHours(6));

        var status = await firewall.GetStatusAsync(AliceScope);

        var day = status.Budgets.Single(state => state.Period == BudgetPeriod.Day);
        day.TimeLeft.Should().Be(day.ResetsAt - status.AsOf);
        AssertWait(TimeSpan.FromHours(18), day.TimeLeft);
        status.Budgets.Single(state => state.Period == BudgetPeriod.None).TimeLeft.Should().BeNull();
    }

    [Fact]
    public async Task How_many_budgets_are_exceeded_and_warned_shadows_not_counted()
    {
        var firewall = Firewall(
            AliceLimit(10m) with { WarnAt = [0.5m, 0.8m] },
            AliceLimit(4m, BudgetPeriod.Month) with { Enforcement = Enforcement.Soft },
            AliceLimit(100m, BudgetPeriod.Year),
            AliceLimit(1m, BudgetPeriod.Week) with { Enforcement = Enforcement.Shadow });
        await firewall.ChargeAsync(Call(5m));
        await firewall.ReserveAsync(Call(5m));

        var status = await firewall.GetStatusAsync(AliceScope);

        (status.ExceededCount, status.WarnedCount).Should().Be((1, 1));
        status.Budgets.Select(state => (state.Period, state.WarnedAt, state.IsWarned, state.IsExceeded)).Should().BeEquivalentTo(new (BudgetPeriod, decimal?, bool, bool)[]
        {
            (BudgetPeriod.Day, 0.5m, true, false), (BudgetPeriod.Month, 0.8m, false, true), (BudgetPeriod.Year, null, false, false), (BudgetPeriod.Week, 0.8m, false, true),
        });
        await firewall.ChargeAsync(Call(5m));
        (await firewall.GetStatusAsync(AliceScope)).ExceededCount.Should().Be(2);
    }

    [Fact]
    public async Task Totals_for_money_and_for_each_unit()
    {
        var firewall = Firewall(
            AliceLimit(10m), AliceLimit(100m, BudgetPeriod.Month), AliceLimit(1m, BudgetPeriod.Year) with { Enforcement = Enforcement.Soft },
            AliceLimit(3m, BudgetPeriod.Week) with { Enforcement = Enforcement.Shadow }, Limit(AliceScope, 50m, unit: Record));
        await firewall.SpendAsync(Call(4m) with { Usage = Records(20) });
        await firewall.ReserveAsync(Call(1m) with { Usage = Records(5) });

        (await firewall.GetStatusAsync(AliceScope)).Totals.Should().Equal(
            new BudgetTotal { Count = 3, Limit = 111m, Spent = 12m, Held = 3m, Remaining = 100m, LeastRemaining = 5m },
            new BudgetTotal { Unit = Record, Count = 1, Limit = 50m, Spent = 20m, Held = 5m, Remaining = 25m, LeastRemaining = 25m });
    }

    [Fact]
    public async Task That_nothing_limits_the_kind_asked_about()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Each("user"), 10m));
            options.RateLimits.Add(Rate(BudgetScope.Global, capacity: 5));
        });

        (await firewall.GetStatusAsync(AliceScope)).IsKindLimited.Should().BeTrue();
        var unknown = await firewall.GetStatusAsync(BudgetScope.Of("users", "alice"));
        unknown.IsKindLimited.Should().BeFalse();
        unknown.LimitedKinds.Should().Equal("global", "user");

        await firewall.Budgets.SetAsync(Limit(BudgetScope.Of("users", "alice"), 1m));
        (await firewall.GetStatusAsync(BudgetScope.Of("users", "alice"))).IsKindLimited.Should().BeTrue();
    }

    [Fact]
    public async Task Everything_that_a_request_meets_in_one_call()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([Limit(BudgetScope.Global, 100m), AliceLimit(10m), AliceLimit(3m, BudgetPeriod.Month) with { Providers = ["another"] }, Limit(BudgetScope.User("bob"), 1m)]);
            options.Budgets.Add(Limit(SearchScope, 50m, unit: Record));
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
        });
        await firewall.Budgets.SetAsync(AliceLimit(8.5m, BudgetPeriod.Year));
        await firewall.SpendAsync(Call(8m, project: Search) with { Usage = Records(20) });

        var status = await firewall.GetStatusAsync(Call(1m, project: Search));

        status.Budgets.Select(state => (state.Scope, state.Spent, state.Remaining)).Should().BeEquivalentTo(new[]
        {
            (BudgetScope.Global, 8m, 92m), (SearchScope, 20m, 30m), (AliceScope, 8m, 2m), (AliceScope, 8m, 0.5m),
        });
        status.RateLimits.Should().ContainSingle().Which.Level.Should().Be(4m);
        (status.ExceededCount, status.WarnedCount).Should().Be((0, 2));
        status.Totals.Select(total => (total.Unit, total.Count, total.LeastRemaining)).Should().Equal((null, 3, 0.5m), (Record, 1, 30m));
        (await firewall.GetStatusAsync(Call(1m, project: Search))).RateLimits.Should().ContainSingle().Which.Level.Should().Be(4m);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 8m);
    }

    private static void AssertState(
        BudgetStatus status, string budgetId, Enforcement enforcement, decimal limit, decimal spent, decimal held, decimal remaining, decimal utilization)
    {
        var state = status.Budgets.Single(state => state.BudgetId == budgetId);
        (state.Enforcement, state.Limit, state.Spent, state.Held).Should().Be((enforcement, limit, spent, held));
        (state.Remaining, state.Utilization).Should().Be((remaining, utilization));
    }
}
