namespace BudgetFirewall.Conformance;

/// <summary>P1: admission never lets spent + held exceed a hard limit.</summary>
public abstract class P1NeverOverAdmit<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_hundred_thousand_concurrent_reservations_of_1_against_10000_grant_exactly_10000_twenty_times()
    {
        var calls = Harness.Scaled(100_000);
        var limit = calls / 10;
        var processes = Processes(8, Limit(BudgetScope.Each("user"), limit));
        for (var round = 0; round < 20; round++)
        {
            var user = $"user-{round}";
            var granted = await Together.DoAsync(calls, threads: 16, async i =>
                (await processes[i % processes.Length].TryReserveAsync(Call(1m, user))).IsGranted);

            granted.Count(isGranted => isGranted).Should().Be(limit);
            await processes[0].AssertStandsAtAsync(BudgetScope.User(user), spent: 0, held: limit);
        }
    }

    [Fact]
    public async Task Concurrent_spends_from_eight_processes_stop_exactly_at_the_limit()
    {
        var calls = Harness.Scaled(40_000);
        var limit = calls / 10;
        var processes = Processes(8, AliceLimit(limit));

        var decisions = await Together.DoAsync(calls, threads: 16, i => processes[i % 8].TrySpendAsync(Call(1m)));

        decisions.Count(decision => decision.IsAllowed).Should().Be(limit);
        decisions.Should().AllSatisfy(decision => (decision.IsAllowed || decision.Outcome == DecisionOutcome.BudgetExceeded).Should().BeTrue());
        await processes[0].AssertStandsAtAsync(AliceScope, spent: limit);
    }

    [Fact]
    public async Task Five_concurrent_reservations_of_3_against_10_grant_three_and_hold_9()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10.00m));
        for (var round = 0; round < Harness.Scaled(200); round++)
        {
            var user = $"user-{round}";
            var reservations = await Together.DoAsync(5, threads: 5, _ => firewall.TryReserveAsync(Call(3.00m, user)));

            reservations.Count(reservation => reservation.IsGranted).Should().Be(3);
            await firewall.AssertStandsAtAsync(BudgetScope.User(user), spent: 0, held: 9.00m);
        }
    }

    [Fact]
    public async Task Reserving_spending_and_committing_side_by_side_never_passes_the_limit_in_any_state_shown()
    {
        var firewall = Firewall(AliceLimit(25m));

        var shown = await Together.DoAsync(Harness.Scaled(20_000), threads: 8, i => ReserveOrSpendAsync(firewall, i));

        shown.Should().AllSatisfy(state => (state.Spent + state.Held).Should().BeInRange(0, 25m));
        var (spent, held) = await firewall.AmountsAsync(AliceScope);
        held.Should().Be(0);
        spent.Should().BeInRange(24.5m, 25m);
    }

    [Fact]
    public async Task An_exact_fit_is_granted_and_then_a_single_nano_is_denied()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.SpendAsync(Call(0.4m));
        await firewall.ReserveAsync(Call(0.6m));

        (await firewall.TryReserveAsync(Call(Nano))).IsGranted.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
        (await firewall.TryCheckAsync(Call(Nano))).IsAllowed.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.4m, held: 0.6m);
    }

    [Fact]
    public async Task What_fits_but_for_one_nano_is_denied()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.SpendAsync(Call(0.4m));

        (await firewall.TryReserveAsync(Call(0.6m + Nano))).IsGranted.Should().BeFalse();
        (await firewall.TryReserveAsync(Call(0.6m))).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task A_limit_of_0_denies_whatever_costs_and_admits_what_is_free()
    {
        var firewall = Firewall(AliceLimit(0));

        (await firewall.TrySpendAsync(Call(Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.TryCheckAsync(Call(Nano))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.TryReserveAsync(Call(Nano))).IsGranted.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(0m))).IsAllowed.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_commit_larger_than_its_hold_is_recorded_in_full_and_reported_as_overrun_and_nothing_more_is_admitted()
    {
        var firewall = Firewall(AliceLimit(0.8m));
        var reservation = await firewall.ReserveAsync(Call(0.5m));

        var receipt = await reservation.CommitAsync(1.0m);

        receipt.Overrun.Should().Be(0.2m);
        var state = await firewall.StateAsync(AliceScope);
        (state.Spent, state.Held, state.Remaining).Should().Be((1.0m, 0m, 0m));
        (await firewall.TrySpendAsync(Call(0.01m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.TryReserveAsync(Call(0.01m))).Decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
    }

    [Fact]
    public async Task A_charge_is_never_denied_and_after_it_nothing_is_admitted_until_there_is_room()
    {
        var firewall = Firewall(AliceLimit(1m));

        var receipt = await firewall.ChargeAsync(Call(3m));

        receipt.Overrun.Should().Be(2m);
        (await firewall.TryReserveAsync(Call(Nano))).IsGranted.Should().BeFalse();
        await firewall.Budgets.SetAsync(AliceLimit(3.5m));
        (await firewall.TryReserveAsync(Call(0.5m + Nano))).IsGranted.Should().BeFalse();
        (await firewall.TryReserveAsync(Call(0.5m))).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task A_hold_counts_against_checks_and_spends_until_it_ends()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.7m));

        (await firewall.TryCheckAsync(Call(0.31m))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(0.31m))).IsAllowed.Should().BeFalse();
        await reservation.ReleaseAsync();
        (await firewall.TryCheckAsync(Call(1m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Concurrent_reservations_of_tokens_stop_exactly_at_a_budget_of_tokens()
    {
        var quota = Limit(AliceScope, 5_000m, unit: "input_tokens");
        var firewall = Firewall(quota);
        var request = Call(0m) with { Usage = BudgetUsage.Tokens(input: 10, output: 3) };

        var reservations = await Together.DoAsync(1_000, threads: 8, _ => firewall.TryReserveAsync(request));

        reservations.Count(reservation => reservation.IsGranted).Should().Be(500);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 5_000m);
    }

    [Fact]
    public async Task Every_concurrent_spend_shows_the_total_that_it_alone_has_made()
    {
        var firewall = Firewall(AliceLimit(1_000_000m), Limit(BudgetScope.Global, 1_000_000m));

        var decisions = await Together.DoAsync(Harness.Scaled(5_000), threads: 8, i => firewall.SpendAsync(Call((i % 7) + 1)));

        AssertChain(decisions, AliceScope);
        AssertChain(decisions, BudgetScope.Global);
        decisions.Should().AllSatisfy(decision => decision.Budgets.Of(BudgetScope.Global).Spent.Should().Be(decision.Budgets.Of(AliceScope).Spent));
    }

    // Sorted by the total each has seen, every spend starts where the one before it ended: they happened one after another.
    private static void AssertChain(IEnumerable<BudgetDecision> decisions, BudgetScope scope)
    {
        var total = 0m;
        foreach (var decision in decisions.OrderBy(decision => decision.Budgets.Of(scope).Spent))
        {
            total += decision.Cost;
            decision.Budgets.Of(scope).Spent.Should().Be(total);
        }
    }

    private static async ValueTask<BudgetState> ReserveOrSpendAsync(IBudgetFirewall firewall, int i)
    {
        var amount = ((i % 5) + 1) * 0.1m;
        if (i % 3 == 0)
            return (await firewall.TrySpendAsync(Call(amount))).Budgets[0];
        await using var reservation = await firewall.TryReserveAsync(Call(amount));
        if (reservation.IsGranted && i % 3 == 1)
            await reservation.CommitAsync(amount / 2);
        return reservation.Decision.Budgets[0];
    }
}
