namespace BudgetFirewall.Conformance;

/// <summary>P4 and P3: an id may be used again once it is forgotten; who still holds the old reservation must not touch the new one.</summary>
public abstract class P4StaleHandles<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Disposing_a_forgotten_reservation_leaves_its_successor_held()
    {
        var (firewall, stale, successor) = await ForgottenAndSuccessorAsync();

        await stale.DisposeAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 3m);
        (await firewall.TrySpendAsync(Call(8m))).IsAllowed.Should().BeFalse();
        await successor.CommitAsync(3m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 3m);
    }

    [Fact]
    public async Task Committing_a_forgotten_reservation_is_not_found_and_leaves_its_successor_alone()
    {
        var (firewall, stale, successor) = await ForgottenAndSuccessorAsync();

        await FluentActions.Awaiting(async () => await stale.CommitAsync(5m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 3m);
        await successor.CommitAsync(2m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }

    [Fact]
    public async Task Extending_a_forgotten_reservation_is_not_found()
    {
        var (firewall, stale, successor) = await ForgottenAndSuccessorAsync();

        await FluentActions.Awaiting(async () => await stale.ExtendAsync(TimeSpan.FromHours(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();

        await successor.ReleaseAsync();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    private async Task<(IBudgetFirewall Firewall, BudgetReservation Stale, BudgetReservation Successor)> ForgottenAndSuccessorAsync()
    {
        var firewall = Harness.CreateFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.OperationIdRetention = Retention;
        });
        var stale = await firewall.ReserveAsync(Call(5m, id: "job") with { Lease = TimeSpan.FromSeconds(1) });
        await Harness.AdvanceAsync(Retention * 2);
        var successor = await firewall.ReserveAsync(Call(3m, id: "job"));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 3m);
        return (firewall, stale, successor);
    }
}
