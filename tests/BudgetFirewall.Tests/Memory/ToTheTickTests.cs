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
        (await firewall.TryCheckAsync(Call(1m))).IsAllowed.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        await Harness.MoveToAsync(end);
        (await firewall.TryCheckAsync(Call(1m))).IsAllowed.Should().BeTrue();
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
        (await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay.Should().BeTrue();
        await Harness.AdvanceAsync(Tick);
        (await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay.Should().BeFalse();
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
        (await intime.CommitAsync(1m)).IsLate.Should().BeTrue();
        await Harness.AdvanceAsync(Tick);
        await FluentActions.Awaiting(async () => await late.CommitAsync(1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
    }

    [Fact]
    public async Task A_commit_under_a_made_up_id_is_known_for_a_minute_and_no_tick_longer()
    {
        var firewall = Firewall(AliceLimit(10m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        await firewall.CommitAsync(reservation.Id, 0.5m);

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1) - Tick);
        (await firewall.CommitAsync(reservation.Id, 0.5m)).IsReplay.Should().BeTrue();
        await Harness.AdvanceAsync(Tick);
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 0.5m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
    }

    [Fact]
    public async Task An_id_used_again_after_its_minute_is_not_forgotten_with_the_first_use()
    {
        var firewall = Firewall(AliceLimit(10m));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        var reservation = await firewall.ReserveAsync(Call(1m));
        await reservation.CommitAsync(1m);
        ReservationIdentity.TryParse(reservation.Id, out var first).Should().BeTrue();
        // What is past its time is tidied away once a minute: here, before the commit's minute is over.
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(31));
        for (var i = 0; i < 50; i++)
            await firewall.StateAsync(AliceScope);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        (await firewall.ChargeAsync(Call(1m, id: first!.OperationId))).IsReplay.Should().BeFalse();

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(3));
        for (var i = 0; i < 50; i++)
            await firewall.StateAsync(AliceScope);

        (await firewall.ChargeAsync(Call(1m, id: first.OperationId))).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }
}
