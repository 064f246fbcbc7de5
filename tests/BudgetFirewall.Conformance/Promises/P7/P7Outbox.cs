namespace BudgetFirewall.Conformance;

/// <summary>P7 with an outbox: what the store does not confirm is kept, said to be so, and delivered exactly once.</summary>
public abstract class P7Outbox<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private readonly RecordingObserver _observer = new();

    [Theory]
    [InlineData("one", false)]
    [InlineData("one", true)]
    [InlineData(null, false)]
    [InlineData(null, true)]
    public async Task A_charge_that_is_not_confirmed_is_queued_and_delivered_once(string? id, bool isAnswerLost)
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.All, isAnswerLost ? StoreFault.AnswerLost : StoreFault.NotReached);

        var receipt = await firewall.ChargeAsync(Call(1m, id: id));

        (receipt.IsQueued, receipt.IsReplay, receipt.Cost).Should().Be((true, false, 1m));
        receipt.OperationId.Should().Be(id ?? receipt.OperationId);
        receipt.Budgets.Should().BeEmpty();
        (firewall.Outbox.IsEnabled, firewall.Outbox.Count, firewall.Outbox.Amount).Should().Be((true, 1, 1m));
        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
        (firewall.Outbox.Delivered, firewall.Outbox.Undeliverable).Should().Be((1L, 0L));
        (await Eventually.HoldsAsync(() => _observer.Charges.Count == 1)).Should().BeTrue();
        (await firewall.ChargeAsync(Call(1m, id: receipt.OperationId))).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task What_waits_is_delivered_oldest_first()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        for (var i = 0; i < 20; i++)
            await firewall.ChargeAsync(Call(0.01m, id: $"op-{i}"));

        await DeliverAsync(firewall, chaos);

        (await Eventually.HoldsAsync(() => _observer.Charges.Count == 20)).Should().BeTrue();
        _observer.Charges.Select(charge => charge.OperationId).Should().Equal(Enumerable.Range(0, 20).Select(i => $"op-{i}"));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.2m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_is_not_confirmed_is_queued_and_disposing_does_not_release_its_hold(bool isAnswerLost)
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m));
        chaos.Strike(StoreCalls.Settle, isAnswerLost ? StoreFault.AnswerLost : StoreFault.NotReached);
        chaos.Strike(StoreCalls.Status | StoreCalls.Find, StoreFault.NotReached);

        var receipt = await reservation.CommitAsync(1m);
        await reservation.DisposeAsync();

        (receipt.IsQueued, receipt.Cost, receipt.ReservationId).Should().Be((true, 1m, reservation.Id));
        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
        (await reservation.CommitAsync(1m)).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task A_commit_by_id_is_queued_even_when_its_reservation_cannot_be_read()
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);

        (await firewall.CommitAsync(reservation.Id, 1.5m)).IsQueued.Should().BeTrue();

        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1.5m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_a_reservation_does_not_release_it_while_a_commit_from_elsewhere_waits(bool isCommittedById)
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m, id: "one"));
        var again = await firewall.ReserveAsync(Call(2m, id: "one"));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        (isCommittedById ? await firewall.CommitAsync(reservation.Id, 1m) : await again.CommitAsync(1m)).IsQueued.Should().BeTrue();

        chaos.Heal();
        await reservation.DisposeAsync();

        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task A_repetition_is_the_same_entry_and_anything_else_under_its_id_a_conflict()
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Call(1m, id: "one"));
        await reservation.CommitAsync(1m);

        (await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay.Should().BeTrue();
        (await reservation.CommitAsync(1m)).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(2m, id: "one"))).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1.5m)).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 1.5m)).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await reservation.ReleaseAsync()).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await firewall.ReleaseAsync(reservation.Id)).Should().ThrowExactlyAsync<OperationConflictException>();

        firewall.Outbox.Count.Should().Be(2);
        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }

    [Fact]
    public async Task A_full_outbox_refuses_and_loses_nothing()
    {
        var (firewall, chaos) = Fragile(options => options.Outbox.Capacity = 2);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Call(1m, id: "one"));
        await firewall.ChargeAsync(Call(1m, id: "two"));

        var e = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m, id: "three"))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        (e.OperationId, e.MayHaveHappened).Should().Be(("three", false));
        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
        (await firewall.ChargeAsync(Call(1m, id: "three"))).IsQueued.Should().BeFalse();
    }

    [Fact]
    public async Task What_the_store_refuses_is_given_up_and_reported()
    {
        var (firewall, chaos) = Fragile();
        var other = Firewall(AliceLimit(10m));
        var released = await firewall.ReserveAsync(Call(2m));
        // Its commit is refused, so that nothing of it is left but its id.
        var denied = await firewall.TryReserveAsync(Call(90m, id: "nobody"));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Call(1m, id: "taken"));
        await firewall.CommitAsync(denied.Id, 1m);
        await released.CommitAsync(1m);
        await other.ChargeAsync(Call(3m, id: "taken"));
        await other.ReleaseAsync(released.Id);

        await DeliverAsync(firewall, chaos);

        (await Eventually.HoldsAsync(() => _observer.Undeliverable.Count == 3)).Should().BeTrue();
        _observer.Undeliverable.Select(charge => (charge.OperationId, charge.Reason)).Should().Equal(("taken", UndeliverableReason.Conflict), ("nobody", UndeliverableReason.ReservationGone), (released.OperationId, UndeliverableReason.Conflict));
        (firewall.Outbox.Delivered, firewall.Outbox.Undeliverable).Should().Be((0L, 3L));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 3m);
    }

    [Fact]
    public async Task A_degraded_reservation_commits_through_the_outbox()
    {
        var (firewall, chaos) = Fragile(options => options.FailureMode = FailureMode.Allow);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        var reservation = await firewall.ReserveAsync(Call(2m));

        (await reservation.CommitAsync(1m)).IsQueued.Should().BeTrue();

        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
        (await reservation.CommitAsync(1m)).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task A_caller_who_repeats_it_himself_leaves_nothing_to_deliver()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Call(1m, id: "one"));
        chaos.Heal();

        var repeated = await firewall.ChargeAsync(Call(1m, id: "one"));

        repeated.IsQueued.Should().BeFalse();
        await DeliverAsync(firewall, chaos);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task A_charge_of_yesterday_that_is_delivered_today_counts_today()
    {
        var (firewall, chaos) = Fragile(options => options.OperationIdRetention = TimeSpan.FromDays(3));
        await firewall.ChargeAsync(Call(1m));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Call(2m));
        await Harness.MoveToAsync(new(Harness.Now.UtcDateTime.Date.AddDays(1).AddMinutes(1), TimeSpan.Zero));

        await DeliverAsync(firewall, chaos);

        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
    }

    [Fact]
    public async Task Random_faults_lose_nothing_and_charge_nothing_twice()
    {
        var (firewall, chaos) = Fragile(options =>
        {
            options.Budgets.Clear();
            options.Budgets.Add(AliceLimit(1_000_000m));
        });
        chaos.Strike(StoreCalls.Decide | StoreCalls.Settle, StoreFault.AnswerLost, share: 0.2);
        chaos.Strike(StoreCalls.Decide | StoreCalls.Settle, StoreFault.ConnectionLost, share: 0.2);
        var count = Harness.Scaled(400);

        await Together.DoAsync(count, threads: 8, async _ => await firewall.ChargeAsync(Call(Nano)));
        await DeliverAsync(firewall, chaos);

        await firewall.AssertStandsAtAsync(AliceScope, spent: count * Nano);
        firewall.Outbox.Undeliverable.Should().Be(0L);
    }

    private async Task DeliverAsync(IBudgetFirewall firewall, ChaosBudgetStore chaos)
    {
        chaos.Heal();
        (await Eventually.HoldsAsync(async () =>
        {
            await Harness.LetCallersWaitAsync(TimeSpan.FromMilliseconds(500));
            return firewall.Outbox.Count == 0;
        })).Should().BeTrue();
    }

    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Fragile(Action<BudgetFirewallOptions>? configure = null) => Harness.CreateFragileFirewall(
        options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.StoreTimeout = TimeSpan.FromSeconds(20);
            options.Outbox.IsEnabled = true;
            configure?.Invoke(options);
        },
        _observer);
}
