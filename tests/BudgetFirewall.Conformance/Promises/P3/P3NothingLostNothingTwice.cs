namespace BudgetFirewall.Conformance;

/// <summary>P3: an acknowledged charge is in every scope it belongs to exactly once.</summary>
public abstract class P3NothingLostNothingTwice<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_charge_is_in_every_scope_and_period_it_belongs_to_exactly_once()
    {
        var tenant = BudgetScope.Of("tenant", "acme");
        BudgetScope[] scopes = [BudgetScope.Global, ProviderScope, SearchScope, AliceScope, BudgetScope.Model("gpt"), tenant];
        BudgetPeriod[] periods = [BudgetPeriod.Hour, BudgetPeriod.Day, BudgetPeriod.Month, BudgetPeriod.None];
        var budgets = scopes.SelectMany(scope => periods.Select(period => Limit(scope, 100m, period))).ToArray();
        var firewall = Firewall(budgets);
        var request = Call(1.25m, project: Search) with { Model = "gpt", Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" } };

        var receipt = await firewall.ChargeAsync(request);

        receipt.Budgets.Count.Should().Be(24);
        receipt.Budgets.Should().AllSatisfy(state => (state.Spent, state.Held).Should().Be((1.25m, 0m)));
        foreach (var budget in budgets)
            await firewall.AssertStandsAtAsync(budget.Scope, spent: 1.25m, budgetId: budget.Id);
    }

    [Fact]
    public async Task A_hundred_charges_of_1_00_in_parallel_make_100()
    {
        var firewall = Firewall(AliceLimit(1_000m), Limit(BudgetScope.Global, 10m));

        var receipts = await Together.DoAsync(100, threads: 16, _ => firewall.ChargeAsync(Call(1.00m)));

        await firewall.AssertStandsAtAsync(AliceScope, spent: 100m);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 100m);
        receipts.Select(receipt => receipt.Budgets.Of(AliceScope).Spent).Order().Should().Equal(Enumerable.Range(1, 100).Select(i => (decimal)i));
        receipts.Select(receipt => receipt.OperationId).Distinct().Count().Should().Be(100);
    }

    [Fact]
    public async Task A_scope_that_two_budgets_name_counts_once()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10m), AliceLimit(5m));

        var receipt = await firewall.ChargeAsync(Call(1m));

        receipt.Budgets.Should().ContainSingle().Which.Limit.Should().Be(5m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task One_id_in_two_kinds_of_scope_counts_in_each_once()
    {
        var firewall = Firewall(Limit(BudgetScope.User("x"), 10m), Limit(BudgetScope.Project("x"), 10m), Limit(BudgetScope.Of("team", "x"), 10m));

        await firewall.ChargeAsync(Call(1m, "x", "x") with { Dimensions = new Dictionary<string, string> { ["team"] = "x" } });

        await firewall.AssertStandsAtAsync(BudgetScope.User("x"), spent: 1m);
        await firewall.AssertStandsAtAsync(BudgetScope.Project("x"), spent: 1m);
        await firewall.AssertStandsAtAsync(BudgetScope.Of("team", "x"), spent: 1m);
    }

    [Fact]
    public async Task Random_commits_from_many_threads_leave_what_was_acknowledged_and_no_hold()
    {
        var processes = Processes(4, AliceLimit(9_000_000m), Limit(BudgetScope.Global, 9_000_000m));

        var committed = await Together.DoAsync(Harness.Scaled(20_000), threads: 16, async i =>
        {
            var random = new Random(i);
            var reservation = await processes[i % 4].ReserveAsync(Call(1.000000007m));
            var cost = random.Next(1_000_000_008) * Nano;
            return (await reservation.CommitAsync(cost)).Cost;
        });

        await processes[0].AssertStandsAtAsync(AliceScope, spent: committed.Sum());
        await processes[0].AssertStandsAtAsync(BudgetScope.Global, spent: committed.Sum());
    }

    [Fact]
    public async Task Calls_without_an_id_are_different_operations_however_alike_they_are()
    {
        var firewall = Firewall(AliceLimit(10m));

        var receipts = new[] { await firewall.ChargeAsync(Call(1m)), await firewall.ChargeAsync(Call(1m)) };

        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
        receipts[1].OperationId.Should().NotBe(receipts[0].OperationId);
        receipts.Should().AllSatisfy(receipt => receipt.IsReplay.Should().BeFalse());
    }

    [Fact]
    public async Task The_operation_id_is_on_every_decision_receipt_and_exception()
    {
        var firewall = Firewall(AliceLimit(5m));

        (await firewall.CheckAsync(Call(1m, id: "check"))).OperationId.Should().Be("check");
        var reservation = await firewall.ReserveAsync(Call(1m, id: "reserve"));
        reservation.OperationId.Should().Be("reserve");
        reservation.Decision.OperationId.Should().Be("reserve");
        var commit = await reservation.CommitAsync();
        (commit.OperationId, commit.ReservationId).Should().Be(("reserve", reservation.Id));
        (await firewall.SpendAsync(Call(1m, id: "spend"))).OperationId.Should().Be("spend");
        (await firewall.ChargeAsync(Call(1m, id: "charge"))).OperationId.Should().Be("charge");
        var denied = (await FluentActions.Awaiting(async () => await firewall.SpendAsync(Call(9m, id: "denied"))).Should().ThrowExactlyAsync<BudgetExceededException>()).Which;
        denied.OperationId.Should().Be("denied");
        var conflict = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(2m, id: "charge"))).Should().ThrowExactlyAsync<OperationConflictException>()).Which;
        conflict.OperationId.Should().Be("charge");
        (await firewall.TrySpendAsync(Call(9m))).OperationId.Should().NotBe("");
    }

    [Fact]
    public async Task One_in_ten_answers_to_charges_lost_and_repeated_loses_no_charge_and_makes_none_twice()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(9_000_000m)));
        var count = Harness.Scaled(10_000);
        LoseOneAnswerInTen(chaos, StoreCalls.Decide);

        await Together.DoAsync(count, threads: 8, i => Repeat.UntilConfirmedAsync(() => firewall.ChargeAsync(Call(1m, id: $"charge-{i}"))));

        chaos.Heal();
        await firewall.AssertStandsAtAsync(AliceScope, spent: count);
    }

    [Fact]
    public async Task One_in_ten_answers_to_reservations_lost_and_repeated_leaves_one_hold_for_each_id()
    {
        var count = Harness.Scaled(10_000);
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(count / 2)));
        LoseOneAnswerInTen(chaos, StoreCalls.Decide);

        var granted = await Together.DoAsync(count, threads: 8, i => Repeat.UntilAnsweredAsync(() => firewall.TryReserveAsync(Call(1m, id: $"hold-{i}"))));

        chaos.Heal();
        granted.Should().AllSatisfy(reservation => reservation.Decision.Outcome.Should().NotBe(DecisionOutcome.StoreUnavailable));
        granted.Count(reservation => reservation.IsGranted).Should().Be(count / 2);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: count / 2);
        await Together.DoAsync(count, threads: 8, async i =>
        {
            if (granted[i].IsGranted)
                await granted[i].CommitAsync(1m);
        });
        await firewall.AssertStandsAtAsync(AliceScope, spent: count / 2);
    }

    [Fact]
    public async Task One_in_ten_answers_to_commits_lost_and_repeated_charges_each_reservation_once()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(9_000_000m)));
        var count = Harness.Scaled(10_000);
        LoseOneAnswerInTen(chaos, StoreCalls.Settle);

        await Together.DoAsync(count, threads: 8, async i =>
        {
            await using var reservation = await firewall.ReserveAsync(Call(2m));
            return await Repeat.UntilConfirmedAsync(() => reservation.CommitAsync(1m));
        });

        chaos.Heal();
        await firewall.AssertStandsAtAsync(AliceScope, spent: count);
    }

    private static void LoseOneAnswerInTen(ChaosBudgetStore chaos, StoreCalls calls)
    {
        var count = 0;
        chaos.Strike(kind => calls.HasFlag(kind) && count++ % 10 == 0 ? StoreFault.AnswerLost : null);
    }
}
