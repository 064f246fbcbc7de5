namespace BudgetFirewall.Conformance;

/// <summary>Limit means limit and allowance everywhere: in admission, in what remains, in warnings and overruns, of budgets of every enforcement.</summary>
public abstract class AllowancesRaiseLimits<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly Budget Ten = AliceLimit(10m);

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    public async Task A_hard_budget_admits_up_to_limit_and_allowance_and_not_a_nano_more(OperationKind kind)
    {
        var processes = Processes(2, Ten);
        await processes[0].SpendAsync(Call(9m));
        (await AllowsAsync(processes[1], kind, Call(2m))).Should().BeFalse();

        await GrantAsync(processes[0], 5m);

        (await AllowsAsync(processes[1], kind, Call(6m + Nano))).Should().BeFalse();
        (await AllowsAsync(processes[1], kind, Call(6m))).Should().BeTrue();
    }

    [Fact]
    public async Task A_need_above_the_limit_fits_where_the_allowance_makes_it_fit()
    {
        var firewall = Firewall(Ten);
        await GrantAsync(firewall, 5m);

        (await firewall.TrySpendAsync(Call(15m + Nano))).IsAllowed.Should().BeFalse();
        (await firewall.TryCheckAsync(Call(15m))).IsAllowed.Should().BeTrue();
        var reservation = await firewall.ReserveAsync(Call(12m));
        (await firewall.TrySpendAsync(Call(3m + Nano))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(3m))).IsAllowed.Should().BeTrue();
        await reservation.CommitAsync();
        (await firewall.AmountsAsync(AliceScope)).Should().Be((15m, 0m));
    }

    [Fact]
    public async Task A_limit_of_0_admits_the_allowance()
    {
        var firewall = Firewall(AliceLimit(0m));
        await GrantAsync(firewall, 2m);

        (await firewall.TrySpendAsync(Call(2m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task What_remains_what_is_used_and_the_totals_are_of_both()
    {
        var firewall = Firewall(Ten, Limit(AliceScope, 100m, unit: Record));
        await GrantAsync(firewall, 10m);
        await firewall.SpendAsync(Call(4m));
        await firewall.ReserveAsync(Call(1m));

        var status = await firewall.GetStatusAsync(AliceScope);

        var state = status.Budgets.Of(AliceScope, Ten.Id);
        (state.Limit, state.Allowance, state.Remaining, state.Utilization, state.IsExceeded, state.WarnedAt).Should().Be((10m, 10m, 15m, 0.2m, false, (decimal?)null));
        var total = status.Totals.Should().HaveCount(2).And.Subject.First();
        (total.Limit, total.Allowance, total.Remaining, total.LeastRemaining).Should().Be((10m, 10m, 15m, (decimal?)15m));
        (await firewall.ChargeAsync(Call(12m))).Budgets.Of(AliceScope, Ten.Id).Should().BeEquivalentTo(new { Allowance = 10m, Spent = 16m, Utilization = 0.8m, WarnedAt = 0.8m, IsExceeded = false });
        (await firewall.ChargeAsync(Call(4m))).Budgets.Of(AliceScope, Ten.Id).IsExceeded.Should().BeTrue();
    }

    [Fact]
    public async Task Decisions_denials_explanations_and_receipts_show_it()
    {
        var firewall = Firewall(Ten);
        await GrantAsync(firewall, 2.5m);
        await firewall.SpendAsync(Call(5m));

        var denied = await firewall.TryReserveAsync(Call(8m));
        var explained = await firewall.ExplainAsync(Call(8m));

        denied.Decision.DeniedByBudgets.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Allowance = 2.5m, Limit = 10m, Remaining = 7.5m });
        denied.Decision.Limits.Should().ContainSingle().Which.Available.Should().Be(7.5m);
        denied.Decision.ToString().Should().Contain("has 7.5 left of 10 and an allowance of 2.5 (spent 5, held 0)");
        explained.Budgets.Of(AliceScope).Allowance.Should().Be(2.5m);
        explained.Limits.Should().ContainSingle().Which.Available.Should().Be(7.5m);
        var granted = await firewall.ReserveAsync(Call(7.5m));
        (granted.Decision.Budgets.Of(AliceScope).Allowance, granted.Decision.Limits.Single().Available).Should().Be((2.5m, 7.5m));
        (await granted.CommitAsync()).Budgets.Of(AliceScope).Should().BeEquivalentTo(new { Allowance = 2.5m, Remaining = 0m });
        (await firewall.GetStatusAsync(Call(1m))).Budgets.Of(AliceScope).Allowance.Should().Be(2.5m);
    }

    [Fact]
    public async Task Warnings_are_of_limit_and_allowance_together_and_a_grant_fires_and_arms_none()
    {
        var observer = new RecordingObserver();
        var budget = Ten with { WarnAt = [0.5m, 0.8m, 1m] };
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(budget), observer);
        (await firewall.ChargeAsync(Call(5m))).Warnings.Select(warning => warning.Threshold).Should().Equal(0.5m);

        await GrantAsync(firewall, 10m);

        (await firewall.ChargeAsync(Call(11m - Nano))).Warnings.Should().BeEmpty();
        var warning = (await firewall.ChargeAsync(Call(Nano))).Warnings.Should().ContainSingle().Which;
        (warning.Threshold, warning.Limit, warning.Allowance, warning.Spent).Should().Be((0.8m, 10m, 10m, 16m));
        await RevokeAsync(firewall, 4m);
        (await Eventually.HoldsAsync(() => observer.Allowances.Count == 2 && observer.Warnings.Count == 2)).Should().BeTrue();
        (await firewall.ChargeAsync(Call(Nano))).Warnings.Select(later => later.Threshold).Should().Equal(1m);
        (await firewall.ChargeAsync(Call(100m))).Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Warnings_ahead_of_a_reservation_are_of_both_too()
    {
        var firewall = Firewall(Ten with { WarnAt = [0.5m] });
        await GrantAsync(firewall, 10m);
        await firewall.ChargeAsync(Call(4m));

        (await firewall.ReserveAsync(Call(6m - Nano))).Decision.WarningsAhead.Should().BeEmpty();
        var reservation = await firewall.ReserveAsync(Call(6m));

        var ahead = reservation.Decision.WarningsAhead.Should().ContainSingle().Which;
        (ahead.Allowance, ahead.Spent).Should().Be((10m, 10m));
        (await reservation.CommitAsync()).Warnings.Should().BeEquivalentTo([ahead]);
    }

    [Fact]
    public async Task An_overrun_is_what_lies_above_both_and_a_replay_tells_it_as_it_was()
    {
        var firewall = Firewall(Ten with { WarnAt = [1m] });
        await GrantAsync(firewall, 5m);

        (await firewall.ChargeAsync(Call(15m))).Overruns.Should().BeEmpty();
        var first = await firewall.ChargeAsync(Call(3m, id: "above"));
        await GrantAsync(firewall, 100m);
        var again = await firewall.ChargeAsync(Call(3m, id: "above"));

        (first.Overrun, again.Overrun, again.IsReplay).Should().Be((3m, 3m, true));
        (first.Warnings.Count, again.Warnings.Count).Should().Be((0, 0));
        var reservation = await firewall.ReserveAsync(Call(90m));
        (await reservation.CommitAsync(99m)).Overrun.Should().Be(2m);
    }

    [Fact]
    public async Task A_warning_told_again_names_the_allowance_of_the_first_time()
    {
        var firewall = Firewall(Ten);
        await GrantAsync(firewall, 10m);
        var first = await firewall.ChargeAsync(Call(16m, id: "warned"));
        await GrantAsync(firewall, 50m);

        var again = await firewall.ChargeAsync(Call(16m, id: "warned"));

        first.Warnings.Should().ContainSingle().Which.Allowance.Should().Be(10m);
        again.Warnings.Should().BeEquivalentTo(first.Warnings);
    }

    [Fact]
    public async Task A_soft_budget_counts_its_allowance_in_warnings_alone()
    {
        var firewall = Firewall(Ten with { Enforcement = Enforcement.Soft });
        await GrantAsync(firewall, 10m);

        (await firewall.SpendAsync(Call(16m - Nano))).Warnings.Should().BeEmpty();
        (await firewall.SpendAsync(Call(1m))).Warnings.Should().ContainSingle().Which.Allowance.Should().Be(10m);
        (await firewall.ChargeAsync(Call(1_000m))).Overruns.Should().BeEmpty();
    }

    [Fact]
    public async Task A_shadow_budget_has_an_allowance_of_its_own()
    {
        var shadow = Ten with { Enforcement = Enforcement.Shadow };
        var firewall = Firewall(Ten with { Limit = 100m }, shadow);
        await GrantAsync(firewall, 5m, shadow.Id);

        (await firewall.SpendAsync(Call(15m))).WouldBeDeniedBy.Should().BeEmpty();
        (await firewall.SpendAsync(Call(Nano))).WouldBeDeniedBy.Should().ContainSingle().Which.Id.Should().Be(shadow.Id);
        (await firewall.StateAsync(AliceScope, Ten.Id)).Allowance.Should().Be(0m);
        (await firewall.StateAsync(AliceScope, shadow.Id)).Allowance.Should().Be(5m);
    }

    [Fact]
    public async Task A_throttled_budget_asks_its_queue_above_limit_and_allowance_and_its_ceiling_rises_too()
    {
        var throttled = Ten with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1m, Ceiling = 12m } };
        var firewall = Harness.CreateFirewallOn(store => new WaitsAreNotWaited(store), options => options.Budgets.Add(throttled));
        await GrantAsync(firewall, 5m);
        await firewall.SpendAsync(Call(10m));

        for (var i = 0; i < 5; i++)
            (await firewall.SpendAsync(Call(1m))).Limits.Single().Verdict.Should().Be(Verdict.Admit);
        var first = await firewall.TrySpendAsync(Call(1m));
        var second = await firewall.TrySpendAsync(Call(1m));

        (first.Limits.Single().Verdict, second.Limits.Single().Verdict, second.IsAllowed).Should().Be((Verdict.Admit, Verdict.Delay, true));
        (await firewall.TrySpendAsync(Call(Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        var status = await firewall.GetStatusAsync(AliceScope);
        status.Totals.Single().LeastRemaining.Should().Be(0m);
        (await firewall.ChargeAsync(Call(1m))).Overrun.Should().Be(1m);
    }

    [Fact]
    public async Task The_allowance_of_one_user_is_nobody_elses()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10m));
        await GrantAsync(firewall, 5m, Limit(BudgetScope.Each("user"), 10m).Id);

        (await firewall.TrySpendAsync(Call(11m, "bob"))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(11m))).IsAllowed.Should().BeTrue();
        (await firewall.StateAsync(BudgetScope.User("bob"))).Allowance.Should().Be(0m);
    }

    [Fact]
    public async Task Headroom_is_a_part_of_the_limit_without_the_allowance()
    {
        var firewall = Firewall(Ten with { PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.5m } });
        await GrantAsync(firewall, 10m);
        var batch = Call(15m) with { Priority = "batch" };

        (await firewall.TrySpendAsync(batch with { Cost = 15m + Nano })).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(batch)).IsAllowed.Should().BeTrue();
        var denied = await firewall.TrySpendAsync(batch with { Cost = Nano });
        denied.Limits.Should().ContainSingle().Which.Headroom.Should().Be(5m);
        (await firewall.TrySpendAsync(Call(5m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task An_unknown_cost_is_admitted_while_something_of_the_allowance_remains()
    {
        var firewall = Firewall(Ten);
        await firewall.SpendAsync(Call(10m));
        (await firewall.TryCheckAsync(Call(cost: null))).IsAllowed.Should().BeFalse();

        await GrantAsync(firewall, Nano);

        (await firewall.TryCheckAsync(Call(cost: null))).IsAllowed.Should().BeTrue();
        await firewall.SpendAsync(Call(Nano));
        (await firewall.TryCheckAsync(Call(cost: null))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_refusal_waits_for_the_next_period_which_has_no_allowance()
    {
        var firewall = Firewall(Ten);
        await GrantAsync(firewall, 5m);
        await firewall.SpendAsync(Call(10m));

        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, (await firewall.TrySpendAsync(Call(6m))).RetryAfter);
        (await firewall.TrySpendAsync(Call(12m))).RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task A_denial_changes_nothing_byte_for_byte()
    {
        var firewall = Firewall(Ten, Limit(SearchScope, 100m));
        await GrantAsync(firewall, 5m);
        await firewall.SpendAsync(Call(12m, project: Search));
        var before = await Harness.CaptureAsync();
        var states = (await firewall.GetStatusAsync(AliceScope)).Budgets.Select(state => state with { AsOf = default });

        (await firewall.TrySpendAsync(Call(3m + Nano, project: Search))).IsAllowed.Should().BeFalse();
        (await firewall.TryReserveAsync(Call(16m, project: Search))).IsGranted.Should().BeFalse();
        (await firewall.TryCheckAsync(Call(4m, project: Search))).IsAllowed.Should().BeFalse();
        await firewall.ExplainAsync(Call(4m, project: Search));

        (await Harness.CaptureAsync()).Should().Equal(before);
        (await firewall.GetStatusAsync(AliceScope)).Budgets.Select(state => state with { AsOf = default }).Should().Equal(states);
    }

    [Fact]
    public async Task Granting_and_taking_back_beside_reservations_never_admits_more_than_limit_and_what_was_given()
    {
        var processes = Processes(4, Ten);
        var rounds = Harness.Scaled(2_000);

        var done = await Together.DoAsync(rounds, threads: 8, async i => (i % 10) switch
        {
            0 => Moved(await GrantAsync(processes[i % 4], 1m)),
            5 => Moved(await RevokeAsync(processes[i % 4], 0.7m)),
            _ => Held(await processes[i % 4].TryReserveAsync(Call(0.3m))),
        });

        done.Should().OnlyContain(step => step.State.Spent + step.State.Held <= step.State.Limit + step.State.Allowance);
        var state = await processes[0].StateAsync(AliceScope);
        (state.Held, state.Allowance).Should().Be((done.Sum(step => step.Held), done.Sum(step => step.Moved)));
        state.Held.Should().BeGreaterThan(10m);
    }

    private static (decimal Moved, decimal Held, BudgetState State) Moved(AllowanceChange change) => (change.Amount, 0m, change.Budget);

    private static (decimal Moved, decimal Held, BudgetState State) Held(BudgetReservation reservation) =>
        (0m, reservation.IsGranted ? reservation.Cost : 0m, reservation.Decision.Budgets.Of(AliceScope));

    private static async ValueTask<bool> AllowsAsync(IBudgetFirewall firewall, OperationKind kind, BudgetRequest request) => kind switch
    {
        OperationKind.Check => (await firewall.TryCheckAsync(request)).IsAllowed,
        OperationKind.Reserve => (await firewall.TryReserveAsync(request)).IsGranted,
        OperationKind.Spend => (await firewall.TrySpendAsync(request)).IsAllowed,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind does not decide."),
    };

    private static ValueTask<AllowanceChange> GrantAsync(IBudgetFirewall firewall, decimal amount, string? budgetId = null) =>
        firewall.Budgets.GrantAsync(Allowance(amount, budgetId));

    private static ValueTask<AllowanceChange> RevokeAsync(IBudgetFirewall firewall, decimal amount, string? budgetId = null) =>
        firewall.Budgets.RevokeAsync(Allowance(amount, budgetId));

    private static BudgetAllowance Allowance(decimal amount, string? budgetId) => new() { BudgetId = budgetId ?? Ten.Id, Scope = AliceScope, Amount = amount, Reason = "a test" };
}
