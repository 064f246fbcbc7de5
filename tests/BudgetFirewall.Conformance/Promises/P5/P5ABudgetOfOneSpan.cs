namespace BudgetFirewall.Conformance;

/// <summary>P5: a budget of one span of time counts between its two moments, and concerns no request before and after.</summary>
public abstract class P5ABudgetOfOneSpan<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly DateTimeOffset From = new(2026, 5, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2026, 5, 3, 18, 0, 30, TimeSpan.Zero);

    private static Budget Once => AliceLimit(10m, BudgetPeriod.Once(From, Until));

    [Fact]
    public async Task It_concerns_requests_between_its_two_moments_only()
    {
        var processes = Processes(2, Once);
        await MoveJustBeforeAsync(From);
        (await processes[0].SpendAsync(Call(100m))).Budgets.Should().BeEmpty();
        (await processes[1].GetStatusAsync(AliceScope)).Budgets.Should().BeEmpty();

        await Harness.MoveToAsync(From);
        (await processes[0].SpendAsync(Call(4m))).Budgets.Should().ContainSingle().Which.Spent.Should().Be(4m);
        (await processes[1].TrySpendAsync(Call(7m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        await MoveJustBeforeAsync(Until);
        await processes[1].SpendAsync(Call(6m));
        var state = await processes[0].StateAsync(AliceScope);
        (state.Spent, state.PeriodStart, state.ResetsAt, state.TimeLeft, state.Period).Should().Be((10m, (DateTimeOffset?)From, (DateTimeOffset?)null, (TimeSpan?)null, Once.Period));

        await Harness.MoveToAsync(Until);
        (await processes[0].SpendAsync(Call(100m))).Budgets.Should().BeEmpty();
        (await processes[1].TryCheckAsync(Call(100m))).IsAllowed.Should().BeTrue();
        (await processes[1].GetStatusAsync(AliceScope)).Budgets.Should().BeEmpty();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public async Task A_denial_waits_for_its_end_after_which_it_concerns_nobody(decimal need)
    {
        var firewall = Firewall(Once);
        await Harness.MoveToAsync(From);
        await firewall.SpendAsync(Call(8m));

        AssertWait(Until - From, (await firewall.TrySpendAsync(Call(need))).RetryAfter);
    }

    [Fact]
    public async Task A_hold_taken_within_it_is_committed_into_it_and_one_taken_before_is_not()
    {
        var processes = Processes(2, Once);
        await MoveJustBeforeAsync(From);
        var before = await processes[0].ReserveAsync(Call(3m));
        await Harness.MoveToAsync(From);
        (await before.CommitAsync(3m)).Budgets.Should().BeEmpty();
        await MoveJustBeforeAsync(Until);
        var within = await processes[0].ReserveAsync(Call(3m));
        var passedOn = await processes[0].ReserveAsync(Call(3m));

        await Harness.MoveToAsync(Until.AddMinutes(1));
        (await within.CommitAsync(2m)).Budgets.Should().ContainSingle();
        (await processes[1].CommitAsync(passedOn.Id, 1m)).Budgets.Should().ContainSingle().Which.Spent.Should().Be(3m);
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(20)]
    public async Task A_process_with_a_wrong_clock_begins_and_ends_it_with_all_others(int minutesOff)
    {
        var wrong = Harness.CreateFirewallWithClockOffBy(TimeSpan.FromMinutes(minutesOff), options => options.Budgets.Add(Once));
        await MoveJustBeforeAsync(From);
        (await wrong.SpendAsync(Call(100m))).Budgets.Should().BeEmpty();
        await Harness.MoveToAsync(From);
        (await wrong.TrySpendAsync(Call(100m))).IsAllowed.Should().BeFalse();
        (await wrong.StateAsync(AliceScope)).Spent.Should().Be(0m);
        await MoveJustBeforeAsync(Until);
        (await wrong.TrySpendAsync(Call(100m))).IsAllowed.Should().BeFalse();
        await Harness.MoveToAsync(Until);
        (await wrong.TrySpendAsync(Call(100m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task It_stands_beside_a_budget_of_the_same_scope_and_is_set_at_run_time()
    {
        var processes = Processes(2, AliceLimit(20m));
        await processes[0].Budgets.SetAsync(Once);
        await Harness.MoveToAsync(From);

        (await processes[1].TrySpendAsync(Call(11m))).DeniedByBudgets.Should().ContainSingle().Which.BudgetId.Should().Be(Once.Id);
        await processes[1].SpendAsync(Call(9m));
        (await processes[0].Budgets.ListAsync()).Should().Contain(Once);
        await processes[0].Budgets.ResetAsync(Once.Id, AliceScope);
        await processes[1].AssertStandsAtAsync(AliceScope, spent: 0, budgetId: Once.Id);
    }

    [Fact]
    public async Task It_can_be_reset_before_and_after_its_span_too()
    {
        var processes = Processes(2, Once);
        await MoveJustBeforeAsync(From);
        await processes[0].Budgets.ResetAsync(Once.Id, AliceScope);
        await Harness.MoveToAsync(From);
        await processes[1].SpendAsync(Call(4m));
        await processes[0].AssertStandsAtAsync(AliceScope, spent: 4, budgetId: Once.Id);

        await Harness.MoveToAsync(Until);
        await processes[1].Budgets.ResetAsync(Once.Id, AliceScope);
        (await processes[0].SpendAsync(Call(100m))).Budgets.Should().BeEmpty();
    }

    [Fact]
    public async Task Repeating_an_operation_of_before_it_gives_its_first_answer()
    {
        var firewall = Firewall(Once);
        await MoveJustBeforeAsync(From);
        var call = Call(100m) with { OperationId = "before" };
        await firewall.SpendAsync(call);

        await Harness.MoveToAsync(From);
        var again = await firewall.TrySpendAsync(call);

        (again.IsAllowed, again.IsReplay).Should().Be((true, true));
        (await firewall.StateAsync(AliceScope)).Spent.Should().Be(0m);
    }
}
