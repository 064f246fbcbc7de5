using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>In memory time stands still between two calls: the moments at which something ends, from either side.</summary>
public sealed class ToTheTickTests : StoreTests<MemoryHarness>
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    // Holds of five minutes end together at multiples of 2^15 milliseconds.
    private const long SlotMs = 1 << 15;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(1, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 1)]
    public async Task A_hold_lasts_as_long_as_its_lease_and_then_to_the_next_end_of_holds(long endsLaterTicks, int slotsLater)
    {
        var firewall = Firewall(AliceLimit(1m));
        var slotEnd = DateTimeOffset.FromUnixTimeMilliseconds(((Harness.Now.ToUnixTimeMilliseconds() / SlotMs) + 100) * SlotMs);
        await Harness.MoveToAsync(slotEnd + TimeSpan.FromTicks(endsLaterTicks) - TimeSpan.FromMinutes(5));
        await firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromMinutes(5) });
        var end = slotEnd + TimeSpan.FromMilliseconds(slotsLater * SlotMs);

        await Harness.MoveToAsync(end - TimeSpan.FromMilliseconds(1));
        Assert.False((await firewall.TryCheckAsync(Call(1m))).IsAllowed);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        await Harness.MoveToAsync(end);
        Assert.True((await firewall.TryCheckAsync(Call(1m))).IsAllowed);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task An_id_is_remembered_up_to_its_retention_and_no_tick_longer()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.OperationIdRetention = TimeSpan.FromMinutes(30);
        });
        await firewall.ChargeAsync(Call(1m, id: "one"));

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(30) - Tick);
        Assert.True((await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay);
        await Harness.AdvanceAsync(Tick);
        Assert.False((await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay);
    }

    [Fact]
    public async Task A_reservation_may_be_committed_up_to_its_lease_and_retention_and_no_tick_longer()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.OperationIdRetention = TimeSpan.FromMinutes(30);
        });
        var intime = await firewall.ReserveAsync(Call(1m));
        var late = await firewall.ReserveAsync(Call(1m));

        await Harness.MoveToAsync(intime.ExpiresAt + TimeSpan.FromMinutes(30) - Tick);
        Assert.True((await intime.CommitAsync(1m)).IsLate);
        await Harness.AdvanceAsync(Tick);
        await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await late.CommitAsync(1m));
    }

    [Fact]
    public async Task A_commit_under_a_made_up_id_is_known_for_a_minute_and_no_tick_longer()
    {
        var firewall = Firewall(AliceLimit(10m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        await firewall.CommitAsync(reservation.Id, 0.5m);

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1) - Tick);
        Assert.True((await firewall.CommitAsync(reservation.Id, 0.5m)).IsReplay);
        await Harness.AdvanceAsync(Tick);
        await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await firewall.CommitAsync(reservation.Id, 0.5m));
    }

    [Fact]
    public async Task An_id_used_again_after_its_minute_is_not_forgotten_with_the_first_use()
    {
        var firewall = Firewall(AliceLimit(10m));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        var reservation = await firewall.ReserveAsync(Call(1m));
        await reservation.CommitAsync(1m);
        // What is past its time is tidied away once a minute: here, before the commit's minute is over.
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(31));
        await firewall.StateAsync(AliceScope);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.False((await firewall.ChargeAsync(Call(1m, id: reservation.Id))).IsReplay);

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(3));
        for (var i = 0; i < 50; i++)
            await firewall.StateAsync(AliceScope);

        Assert.True((await firewall.ChargeAsync(Call(1m, id: reservation.Id))).IsReplay);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }
}
