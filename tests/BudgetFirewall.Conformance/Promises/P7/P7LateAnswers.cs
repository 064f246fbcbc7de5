namespace BudgetFirewall.Conformance;

/// <summary>P7: what the store does when nobody waits for it any more is neither charged twice nor held for ever.</summary>
public abstract class P7LateAnswers<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_reservation_recorded_after_its_degraded_commit_holds_nothing_and_is_not_charged_again()
    {
        var (firewall, stall, reservation) = await DegradedAsync();
        await reservation.CommitAsync(4m);

        await stall.EndAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m);
        (await reservation.CommitAsync(4m)).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m);
    }

    [Fact]
    public async Task A_reservation_recorded_after_its_degraded_handle_was_disposed_is_given_back()
    {
        var (firewall, stall, reservation) = await DegradedAsync();
        await reservation.DisposeAsync();

        await stall.EndAsync();

        (await Eventually.HoldsAsync(() => firewall.GetStatusAsync(AliceScope).AsTask().Result.Budgets[0].Held == 0)).Should().BeTrue();
    }

    [Fact]
    public async Task The_store_timeout_bounds_a_decision_and_not_each_of_its_calls()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => Fragile(options, FailureMode.Deny));
        var other = Harness.CreateFirewall(options => Fragile(options, FailureMode.Deny));
        await other.Budgets.SetAsync(Limit(SearchScope, 5m));
        var first = new StoreStall(isDoneFirst: false);
        var second = new StoreStall(isDoneFirst: false);
        chaos.StrikeNext(StoreCalls.Decide, first);
        chaos.StrikeNext(StoreCalls.Catalog, second);

        var pending = firewall.TryReserveAsync(Call(1m)).AsTask();
        (await Eventually.HoldsAsync(() => first.Waiting == 1)).Should().BeTrue();
        await Harness.LetCallersWaitAsync(Timeout * 0.6);
        first.End();
        (await Eventually.HoldsAsync(() => second.Waiting == 1)).Should().BeTrue();
        await Harness.LetCallersWaitAsync(Timeout * 0.6);

        (await pending).Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        await second.EndAsync();
    }

    private static void Fragile(BudgetFirewallOptions options, FailureMode mode)
    {
        options.Budgets.Add(AliceLimit(10m));
        options.StoreTimeout = Timeout;
        options.FailureMode = mode;
    }

    /// <summary>A reservation that was let through while the store has not even begun to record it.</summary>
    private async Task<(IBudgetFirewall Firewall, StoreStall Stall, BudgetReservation Reservation)> DegradedAsync()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => Fragile(options, FailureMode.Allow));
        var stall = new StoreStall(isDoneFirst: false);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        var pending = firewall.TryReserveAsync(Call(5m)).AsTask();
        (await Eventually.HoldsAsync(() => stall.Waiting == 1)).Should().BeTrue();
        await Harness.LetCallersWaitAsync(Timeout * 1.1);
        var reservation = await pending;
        reservation.Decision.IsDegraded.Should().BeTrue();
        return (firewall, stall, reservation);
    }
}
