namespace BudgetFirewall.Conformance;

/// <summary>P3: a commit's identity is its reservation; it is settled once, by whomever and however often that is tried.</summary>
public abstract class P3Settlement<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData("one", false)]
    [InlineData("one", true)]
    public async Task Committing_twice_with_the_same_amount_is_a_replay(string? id, bool byId)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m, id: id));
        var first = await CommitAsync(firewall, reservation, byId, 1.2m);

        var again = await CommitAsync(firewall, reservation, byId, 1.2m);

        (first.IsReplay, again.IsReplay).Should().Be((false, true));
        (again.Cost, again.Overrun, again.IsLate, again.OperationId).Should().Be((first.Cost, first.Overrun, first.IsLate, first.OperationId));
        again.Warnings.Should().Equal(first.Warnings);
        (again.Cost, again.Overrun).Should().Be((1.2m, 0.2m));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.2m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Committing_again_with_another_amount_is_a_conflict_and_changes_nothing(bool byId)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        await CommitAsync(firewall, reservation, byId, 0.2m);

        var e = (await FluentActions.Awaiting(async () => await CommitAsync(firewall, reservation, byId, 0.2m + Nano)).Should().ThrowExactlyAsync<OperationConflictException>()).Which;

        e.OperationId.Should().Be(reservation.OperationId);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.2m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Releasing_twice_gives_the_hold_back_once(bool byId)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        await firewall.ReserveAsync(Call(0.3m));

        await ReleaseAsync(firewall, reservation, byId);
        await ReleaseAsync(firewall, reservation, byId);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 0.3m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Committing_after_a_release_is_a_conflict_and_changes_nothing(bool byId)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        await ReleaseAsync(firewall, reservation, byId);

        await FluentActions.Awaiting(async () => await CommitAsync(firewall, reservation, byId, 0.6m)).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await CommitAsync(firewall, reservation, byId, 0m)).Should().ThrowExactlyAsync<OperationConflictException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Releasing_after_a_commit_is_a_conflict_and_changes_nothing(bool byId)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        await CommitAsync(firewall, reservation, byId, 0.4m);

        await FluentActions.Awaiting(async () => await ReleaseAsync(firewall, reservation, byId)).Should().ThrowExactlyAsync<OperationConflictException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.4m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Releasing_after_the_lease_does_nothing_and_a_late_commit_is_still_recorded(bool byId)
    {
        var firewall = Firewall(AliceLimit(1m));
        var reservation = await firewall.ReserveAsync(Call(0.6m));
        await Harness.MoveToAsync(reservation.ExpiresAt + TimeSpan.FromSeconds(1));

        await ReleaseAsync(firewall, reservation, byId);
        var receipt = await CommitAsync(firewall, reservation, byId, 0.5m);

        (receipt.IsLate, receipt.IsReplay).Should().Be((true, false));
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task Committing_the_same_usage_again_is_a_replay_even_when_prices_have_changed()
    {
        var before = Firewall(options => WithRecordPrice(options, 0.1m));
        var after = Firewall(options => WithRecordPrice(options, 0.4m));
        var reservation = await before.ReserveAsync(Call() with { Usage = Records(5) });
        await before.CommitAsync(reservation.Id, Records(3));

        var again = await after.CommitAsync(reservation.Id, Records(3));

        (again.IsReplay, again.Cost).Should().Be((true, 0.3m));
        await before.AssertStandsAtAsync(AliceScope, spent: 0.3m);
    }

    [Fact]
    public async Task Committing_the_amount_that_a_usage_came_to_is_a_replay_and_another_usage_a_conflict()
    {
        var firewall = Firewall(options => WithRecordPrice(options, 0.1m));
        var reservation = await firewall.ReserveAsync(Call() with { Usage = Records(5) });
        await reservation.CommitAsync(Records(3));

        (await reservation.CommitAsync(0.3m)).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(Records(4))).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync()).Should().ThrowExactlyAsync<OperationConflictException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.3m);
    }

    [Fact]
    public async Task A_commit_that_counts_alike_but_costs_something_else_is_a_conflict()
    {
        var firewall = Firewall(Limit(AliceScope, 100m, unit: Record));
        var reservation = await firewall.ReserveAsync(Call(1m) with { Usage = Records(5) });
        await reservation.CommitAsync(1m);

        await FluentActions.Awaiting(async () => await reservation.CommitAsync(2m)).Should().ThrowExactlyAsync<OperationConflictException>();

        (await reservation.CommitAsync(1m)).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task A_commit_that_costs_the_same_but_counts_something_else_is_a_conflict()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(AliceScope, 100m, unit: Record));
            options.Pricing.Units[Record] = 0m;
        });
        var reservation = await firewall.ReserveAsync(Call() with { Usage = Records(5) });
        await reservation.CommitAsync(Records(5));

        await FluentActions.Awaiting(async () => await reservation.CommitAsync(Records(6))).Should().ThrowExactlyAsync<OperationConflictException>();

        (await reservation.CommitAsync(Records(5))).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 5m);
    }

    [Fact]
    public async Task Fifty_commits_of_one_reservation_in_parallel_charge_it_once()
    {
        var processes = Processes(2, AliceLimit(1_000m));
        for (var round = 0; round < Harness.Scaled(40); round++)
        {
            var reservation = await processes[0].ReserveAsync(Call(1m));

            var receipts = await Together.DoAsync(50, threads: 10, i => i % 2 == 0 ? reservation.CommitAsync(0.5m) : processes[1].CommitAsync(reservation.Id, 0.5m));

            receipts.Should().ContainSingle(receipt => !receipt.IsReplay);
        }
        await processes[0].AssertStandsAtAsync(AliceScope, spent: 0.5m * Harness.Scaled(40));
    }

    [Fact]
    public async Task Of_a_commit_and_a_release_that_race_one_wins_and_the_other_conflicts()
    {
        var processes = Processes(2, AliceLimit(1_000_000m));
        var committed = 0;
        for (var round = 0; round < Harness.Scaled(500); round++)
        {
            var reservation = await processes[0].ReserveAsync(Call(1m));

            var done = await Together.DoAsync(2, threads: 2, i => i == 0
                ? DoneAsync(async () => await reservation.CommitAsync(0.5m))
                : DoneAsync(async () => await processes[1].ReleaseAsync(reservation.Id)));

            done.Should().ContainSingle(isDone => isDone);
            committed += done[0] ? 1 : 0;
        }
        await processes[0].AssertStandsAtAsync(AliceScope, spent: committed * 0.5m);
    }

    [Fact]
    public async Task Disposing_after_a_commit_by_id_changes_nothing()
    {
        var firewall = Firewall(AliceLimit(1m));
        await using (var reservation = await firewall.ReserveAsync(Call(0.6m)))
            await firewall.CommitAsync(reservation.Id, 0.5m);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.5m);
    }

    [Fact]
    public async Task A_reservation_that_never_was_cannot_be_committed_or_extended_and_releasing_it_does_nothing()
    {
        var firewall = Firewall(AliceLimit(1m), AliceLimit(1m, BudgetPeriod.Month));

        var e = (await FluentActions.Awaiting(async () => await firewall.CommitAsync("never", 0.1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>()).Which;
        await FluentActions.Awaiting(async () => await firewall.CommitAsync("never", Records(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await FluentActions.Awaiting(async () => await firewall.ExtendAsync("never", TimeSpan.FromMinutes(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await firewall.ReleaseAsync("never");

        e.ReservationId.Should().Be("never");
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task Only_the_id_of_a_reservation_can_be_committed(OperationKind kind)
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.DoAsync(kind, Call(0.1m, id: "one"));
        var before = await firewall.AmountsAsync(AliceScope);

        await FluentActions.Awaiting(async () => await firewall.CommitAsync("one", 0.1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await FluentActions.Awaiting(async () => await firewall.ExtendAsync("one", TimeSpan.FromMinutes(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await firewall.ReleaseAsync("one");

        (await firewall.AmountsAsync(AliceScope)).Should().Be(before);
    }

    private static void WithRecordPrice(BudgetFirewallOptions options, decimal price)
    {
        options.Budgets.Add(AliceLimit(10m));
        options.Pricing.Units[Record] = price;
    }

    private static ValueTask<ChargeReceipt> CommitAsync(IBudgetFirewall firewall, BudgetReservation reservation, bool byId, decimal cost) =>
        byId ? firewall.CommitAsync(reservation.Id, cost) : reservation.CommitAsync(cost);

    private static ValueTask ReleaseAsync(IBudgetFirewall firewall, BudgetReservation reservation, bool byId) =>
        byId ? firewall.ReleaseAsync(reservation.Id) : reservation.ReleaseAsync();

    private static async ValueTask<bool> DoneAsync(Func<Task> settle)
    {
        try
        {
            await settle();
            return true;
        }
        catch (OperationConflictException)
        {
            return false;
        }
    }
}
