namespace BudgetFirewall.Conformance;

/// <summary>P4: extending a lease.</summary>
public abstract class P4Extend<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Extending_moves_the_end_to_now_plus_the_given_time(bool byId)
    {
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.None));
        var reservation = await firewall.ReserveAsync(Call(1m) with { Lease = 5 * Minute });
        await Harness.AdvanceAsync(2 * Minute);

        var expected = Harness.Now + (10 * Minute);
        var end = byId ? await firewall.ExtendAsync(reservation.Id, 10 * Minute) : await reservation.ExtendAsync(10 * Minute);

        AssertMoment(expected, end);
        if (!byId)
            reservation.ExpiresAt.Should().Be(end);
        await MoveJustBeforeAsync(end);
        (await firewall.TryReserveAsync(Call(Nano))).IsGranted.Should().BeFalse();
        (await reservation.CommitAsync(0.5m)).IsLate.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task Extending_by_less_than_is_left_keeps_the_old_end()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(1m) with { Lease = 10 * Minute });
        var oldEnd = reservation.ExpiresAt;

        var end = await reservation.ExtendAsync(Minute);

        end.Should().Be(oldEnd);
        reservation.ExpiresAt.Should().Be(oldEnd);
        await MoveJustBeforeAsync(oldEnd);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
    }

    [Fact]
    public async Task An_extended_hold_that_is_abandoned_is_returned_within_the_bound_of_its_new_end()
    {
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.None));
        var start = Harness.Now;
        var reservation = await firewall.ReserveAsync(Call(1m) with { Lease = Minute });
        await Harness.AdvanceAsync(Minute / 2);
        var end = await reservation.ExtendAsync(20 * Minute);

        await MoveJustBeforeAsync(end);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        await Harness.MoveToAsync(ReleasedBy(start, end - start));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_hold_extended_again_and_again_is_held_once_throughout()
    {
        var firewall = Firewall(AliceLimit(10m, BudgetPeriod.None));
        var reservation = await firewall.ReserveAsync(Call(1m) with { Lease = Minute });
        for (var i = 0; i < 50; i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromSeconds(7 * (i % 7)));
            await reservation.ExtendAsync(TimeSpan.FromSeconds(50 + (i % 9 * 40)));
            await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        }

        await reservation.ReleaseAsync();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_600)]
    public async Task At_or_after_the_end_there_is_nothing_to_extend(int secondsAfterEnd)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        var end = reservation.ExpiresAt;
        await Harness.MoveToAsync(end + TimeSpan.FromSeconds(secondsAfterEnd));

        var e = (await FluentActions.Awaiting(async () => await reservation.ExtendAsync(Minute)).Should().ThrowExactlyAsync<ReservationNotFoundException>()).Which;
        await FluentActions.Awaiting(async () => await firewall.ExtendAsync(reservation.Id, Minute)).Should().ThrowExactlyAsync<ReservationNotFoundException>();

        e.ReservationId.Should().Be(reservation.Id);
        reservation.ExpiresAt.Should().Be(end);
    }

    [Fact]
    public async Task A_settled_reservation_cannot_be_extended()
    {
        var firewall = Firewall(AliceLimit(3m));
        var committed = await firewall.ReserveAsync(Call(1m));
        var released = await firewall.ReserveAsync(Call(1m));
        await committed.CommitAsync();
        await released.ReleaseAsync();

        await FluentActions.Awaiting(async () => await committed.ExtendAsync(Minute)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await FluentActions.Awaiting(async () => await released.ExtendAsync(Minute)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(86_400_001)]
    public async Task An_extension_is_one_second_to_twenty_four_hours(int milliseconds)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        var lease = TimeSpan.FromMilliseconds(milliseconds);

        await FluentActions.Awaiting(async () => await reservation.ExtendAsync(lease)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(async () => await firewall.ExtendAsync(reservation.Id, lease)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task A_reservation_kept_open_for_three_days_is_committed_in_the_day_it_was_made()
    {
        var firewall = Firewall(AliceLimit(5m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now) + TimeSpan.FromHours(9));
        var day = Calendar.NextMidnight(Harness.Now).AddDays(-1);
        await firewall.ChargeAsync(Call(0.25m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        for (var i = 0; i < 4; i++)
        {
            await reservation.ExtendAsync(TimeSpan.FromHours(24));
            await Harness.AdvanceAsync(TimeSpan.FromHours(20));
        }

        var receipt = await reservation.CommitAsync(0.75m);

        var state = receipt.Budgets.Of(AliceScope);
        (state.Spent, state.Held, state.PeriodStart, receipt.IsLate).Should().Be((1m, 0m, (DateTimeOffset?)day, false));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_late_commit_is_recorded_for_as_long_after_an_extended_lease_as_after_a_first_one()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m, BudgetPeriod.None));
            options.OperationIdRetention = TimeSpan.FromMinutes(20);
        });
        var reservation = await firewall.ReserveAsync(Call(1m, id: "one"));
        var end = await reservation.ExtendAsync(TimeSpan.FromHours(2));
        await Harness.MoveToAsync(end + TimeSpan.FromMinutes(19));

        (await firewall.CommitAsync(reservation.Id, 0.5m)).IsLate.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task Of_two_reservations_made_at_once_either_may_be_extended_and_the_other_ends(int which, int left)
    {
        var firewall = Firewall(AliceLimit(10m, BudgetPeriod.None), Limit(BudgetScope.Global, 10m, BudgetPeriod.None));
        var start = Harness.Now;
        BudgetReservation[] both = [await firewall.ReserveAsync(Call(1m) with { Lease = Minute }), await firewall.ReserveAsync(Call(2m) with { Lease = Minute })];

        await both[which].ExtendAsync(30 * Minute);

        await Harness.MoveToAsync(ReleasedBy(start, Minute));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: left);
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 0, held: left);
    }
}
