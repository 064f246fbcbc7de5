namespace BudgetFirewall.Conformance;

/// <summary>P4: a hold ends by commit, release or lease, and afterwards held is back exactly.</summary>
public abstract class P4HoldsEnd<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_commit_of_less_than_was_held_leaves_what_was_charged_and_no_hold()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0.6m);

        await reservation.CommitAsync(0.2m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.2m);
        (await firewall.TryReserveAsync(Call(0.8m))).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task A_release_charges_nothing_and_makes_room_at_once()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(1m));

        await reservation.ReleaseAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        (await firewall.TryReserveAsync(Call(1m))).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task Disposing_without_a_commit_releases_the_hold()
    {
        var firewall = Firewall(AliceLimit(1m));
        await using (await firewall.ReserveAsync(Call(1m)))
            await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task Disposing_again_or_after_a_commit_or_release_changes_nothing()
    {
        var firewall = Firewall(AliceLimit(9m));
        var committed = await firewall.ReserveAsync(Call(1m));
        var released = await firewall.ReserveAsync(Call(1m));
        var disposed = await firewall.ReserveAsync(Call(1m));
        await firewall.ReserveAsync(Call(4m));
        await committed.CommitAsync(0.5m);
        await released.ReleaseAsync();
        await disposed.DisposeAsync();

        foreach (var reservation in new[] { committed, released, disposed })
            await reservation.DisposeAsync();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m, held: 4m);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(61)]
    [InlineData(300)]
    [InlineData(3_600)]
    [InlineData(86_400)]
    public async Task An_abandoned_hold_is_returned_no_earlier_than_its_lease_and_no_later_than_an_eighth_and_a_second_after(int leaseSeconds)
    {
        var lease = TimeSpan.FromSeconds(leaseSeconds);
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.None));
        var takenAt = Harness.Now;
        var reservation = await firewall.ReserveAsync(Call(1m) with { Lease = lease });
        AssertMoment(takenAt + lease, reservation.ExpiresAt);

        await MoveJustBeforeAsync(reservation.ExpiresAt);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
        (await firewall.TryReserveAsync(Call(Nano))).IsGranted.Should().BeFalse();

        await Harness.MoveToAsync(ReleasedBy(reservation.ExpiresAt - lease, lease));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        (await firewall.TryReserveAsync(Call(1m))).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task Of_many_abandoned_holds_each_is_returned_in_its_own_time()
    {
        var firewall = Firewall(AliceLimit(1_000m, BudgetPeriod.None));
        var random = new Random(4);
        var holds = new List<(DateTimeOffset End, DateTimeOffset GoneBy)>();
        for (var i = 0; i < 400; i++)
        {
            var lease = TimeSpan.FromSeconds(random.Next(10, 10_000));
            var end = (await firewall.ReserveAsync(Call(1m) with { Lease = lease })).ExpiresAt;
            holds.Add((end, ReleasedBy(end - lease, lease)));
            if (i % 4 == 0)
                await Harness.AdvanceAsync(TimeSpan.FromSeconds(random.Next(60)));
        }

        for (var i = 0; i < 60; i++)
        {
            await Harness.AdvanceAsync(TimeSpan.FromSeconds(random.Next(400)));
            var before = Harness.Now;
            var held = await firewall.HeldAsync(AliceScope);
            held.Should().BeInRange(holds.Count(hold => hold.End > Harness.Now), holds.Count(hold => hold.GoneBy > before));
        }
        await Harness.MoveToAsync(holds.Max(hold => hold.GoneBy));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_commit_just_before_the_end_of_the_lease_is_not_late()
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        await MoveJustBeforeAsync(reservation.ExpiresAt);

        (await reservation.CommitAsync(0.6m)).IsLate.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.6m);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(39)]
    [InlineData(60)]
    [InlineData(1_000)]
    public async Task A_commit_at_or_after_the_end_is_late_and_recorded_in_full_whether_or_not_the_hold_was_still_counted(int secondsAfterEnd)
    {
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.Month));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        var open = await firewall.ReserveAsync(Call(0.1m) with { Lease = TimeSpan.FromHours(2) });
        await Harness.MoveToAsync(reservation.ExpiresAt + TimeSpan.FromSeconds(secondsAfterEnd));

        var receipt = await reservation.CommitAsync(0.7m);

        receipt.IsLate.Should().BeTrue();
        receipt.Cost.Should().Be(0.7m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.7m, held: 0.1m);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(10));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.7m, held: 0.1m);
        await open.ReleaseAsync();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.7m);
    }

    [Fact]
    public async Task A_late_commit_repeated_says_again_that_it_was_late_and_an_early_one_that_it_was_not()
    {
        var firewall = Firewall(AliceLimit(1m, BudgetPeriod.Month));
        var early = await firewall.ReserveAsync(Call(0.1m, id: "early"));
        var late = await firewall.ReserveAsync(Call(0.2m, id: "late"));
        await early.CommitAsync(0.1m);
        await Harness.MoveToAsync(late.ExpiresAt + TimeSpan.FromSeconds(1));
        await late.CommitAsync(0.2m);

        (await late.CommitAsync(0.2m)).IsLate.Should().BeTrue();
        (await early.CommitAsync(0.1m)).IsLate.Should().BeFalse();
    }

    [Fact]
    public async Task Commits_racing_the_end_of_their_leases_leave_what_was_acknowledged_and_no_hold()
    {
        var firewall = Firewall(AliceLimit(9_000_000m, BudgetPeriod.None));
        var count = Harness.Scaled(20_000);
        var reservations = await Together.DoAsync(count, threads: 4, i =>
            firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromSeconds(1 + (i % 5)) }));

        var receipts = await Together.DoAsync(count + 1, threads: 8, async i =>
        {
            if (i > 0)
                return await reservations[i - 1].CommitAsync(0.5m);
            for (var step = 0; step < 80; step++)
                await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(100));
            return null;
        });

        receipts.Count(receipt => receipt?.Cost == 0.5m).Should().Be(count);
        await firewall.AssertStandsAtAsync(AliceScope, spent: count * 0.5m);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(10));
        await firewall.AssertStandsAtAsync(AliceScope, spent: count * 0.5m);
    }

    [Fact]
    public async Task A_reservation_is_committed_and_released_by_id_from_another_process()
    {
        var processes = Processes(2, AliceLimit(1m));
        var committed = await processes[0].ReserveAsync(Call(0.5m));
        var released = await processes[0].ReserveAsync(Call(0.4m));

        var receipt = await processes[1].CommitAsync(committed.Id, 0.3m);
        await processes[1].ReleaseAsync(released.Id);

        (receipt.Cost, receipt.ReservationId).Should().Be((0.3m, committed.Id));
        await processes[0].AssertStandsAtAsync(AliceScope, spent: 0.3m);
        (await committed.CommitAsync(0.3m)).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await released.CommitAsync(0.4m)).Should().ThrowExactlyAsync<OperationConflictException>();
    }

    [Fact]
    public async Task A_denied_reservation_cannot_be_committed_or_extended_and_releasing_or_disposing_it_does_nothing()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.ReserveAsync(Call(0.7m));
        var denied = await firewall.TryReserveAsync(Call(0.6m));

        await FluentActions.Awaiting(async () => await denied.CommitAsync(0.1m)).Should().ThrowExactlyAsync<InvalidOperationException>();
        await FluentActions.Awaiting(async () => await denied.CommitAsync()).Should().ThrowExactlyAsync<InvalidOperationException>();
        await FluentActions.Awaiting(async () => await denied.CommitAsync(Records(1))).Should().ThrowExactlyAsync<InvalidOperationException>();
        await FluentActions.Awaiting(async () => await denied.ExtendAsync(TimeSpan.FromMinutes(1))).Should().ThrowExactlyAsync<InvalidOperationException>();
        await denied.ReleaseAsync();
        await denied.DisposeAsync();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0.7m);
    }

    [Fact]
    public async Task The_lease_is_the_requests_or_else_the_configured_one_or_else_five_minutes()
    {
        var plain = Firewall(AliceLimit(9m));
        var configured = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(9m));
            options.ReservationLease = TimeSpan.FromSeconds(90);
        });

        AssertMoment(Harness.Now + TimeSpan.FromMinutes(5), (await plain.ReserveAsync(Call(1m))).ExpiresAt);
        AssertMoment(Harness.Now + TimeSpan.FromSeconds(90), (await configured.ReserveAsync(Call(1m))).ExpiresAt);
        AssertMoment(Harness.Now + TimeSpan.FromHours(24), (await configured.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromHours(24) })).ExpiresAt);
    }

    [Fact]
    public void A_lease_is_one_second_to_twenty_four_hours()
    {
        FluentActions.Invoking(() => Call(1m) with { Lease = TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1) }).Should().ThrowExactly<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Call(1m) with { Lease = TimeSpan.FromHours(24) + TimeSpan.FromTicks(1) }).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(OperationKind.Check, null)]
    [InlineData(OperationKind.Check, "one")]
    [InlineData(OperationKind.Reserve, null)]
    [InlineData(OperationKind.Reserve, "one")]
    [InlineData(OperationKind.Spend, null)]
    [InlineData(OperationKind.Spend, "one")]
    public async Task Whoever_comes_first_after_a_hold_has_ended_finds_the_room_free(OperationKind kind, string? id)
    {
        var firewall = Firewall(AliceLimit(1m));
        var start = Harness.Now;
        var abandoned = await firewall.ReserveAsync(Call(1m));
        await Harness.MoveToAsync(ReleasedBy(start, abandoned.ExpiresAt - start));

        (await firewall.DoAsync(kind, Call(1m, id: id))).Outcome.Should().Be(DecisionOutcome.Allowed);
    }

    [Fact]
    public async Task A_receipt_shows_no_hold_that_has_ended()
    {
        var firewall = Firewall(AliceLimit(10m));
        var start = Harness.Now;
        var kept = await firewall.ReserveAsync(Call(1m) with { Lease = TimeSpan.FromMinutes(10) });
        await firewall.ReserveAsync(Call(2m) with { Lease = TimeSpan.FromMinutes(1) });
        await Harness.MoveToAsync(ReleasedBy(start, TimeSpan.FromMinutes(1)));

        var state = (await kept.CommitAsync(0.5m)).Budgets.Of(AliceScope);

        (state.Spent, state.Held).Should().Be((0.5m, 0m));
    }
}
