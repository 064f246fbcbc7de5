namespace BudgetFirewall.Conformance;

/// <summary>P7: a charge, commit, release or extension that is not confirmed says so, and is repeated without happening twice.</summary>
public abstract class P7Unconfirmed<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("one")]
    [InlineData(null)]
    public async Task A_charge_that_certainly_did_not_happen_says_so_and_is_repeated_with_the_id_it_names(string? id)
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        var e = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m, id: id))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        e.MayHaveHappened.Should().BeFalse();
        e.ReservationId.Should().BeNull();
        string.IsNullOrEmpty(e.OperationId).Should().BeFalse();
        e.OperationId.Should().Be(id ?? e.OperationId);
        chaos.Heal();
        (await firewall.ChargeAsync(Call(1m, id: e.OperationId))).OperationId.Should().Be(e.OperationId);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task A_charge_whose_answer_was_lost_may_have_happened_and_is_a_replay_when_repeated()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.AnswerLost);

        var e = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m, id: "one"))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        (e.MayHaveHappened, e.OperationId).Should().Be((true, "one"));
        chaos.Heal();
        (await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_charge_that_hangs_is_unconfirmed_when_time_is_up_and_happens_once_however_late(bool isDoneFirst)
    {
        var (firewall, chaos) = Fragile();
        var stall = new StoreStall(isDoneFirst);
        chaos.StrikeNext(StoreCalls.Decide, stall);

        var e = (await FluentActions.Awaiting(() => WaitOutAsync(firewall.ChargeAsync(Call(1m, id: "one")), stall, StoreTimeout)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        e.MayHaveHappened.Should().BeTrue();
        var repeated = await firewall.ChargeAsync(Call(1m, id: "one"));
        await stall.EndAsync();
        repeated.IsReplay.Should().Be(isDoneFirst);
        (await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_is_not_confirmed_names_its_reservation_and_is_repeated(bool isAnswerLost)
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m, id: "one"));
        chaos.Strike(StoreCalls.Settle, isAnswerLost ? StoreFault.AnswerLost : StoreFault.NotReached);

        var e = (await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        var byId = (await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        (e.MayHaveHappened, e.OperationId, e.ReservationId).Should().Be((isAnswerLost, "one", reservation.Id));
        (byId.MayHaveHappened, byId.OperationId, byId.ReservationId).Should().Be((isAnswerLost, "one", reservation.Id));
        chaos.Heal();
        (await reservation.CommitAsync(1m)).IsReplay.Should().Be(isAnswerLost);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_hangs_is_unconfirmed_when_time_is_up_and_happens_once_however_late(bool isDoneFirst)
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m));
        var stall = new StoreStall(isDoneFirst);
        chaos.StrikeNext(StoreCalls.Settle, stall);

        var e = (await FluentActions.Awaiting(() => WaitOutAsync(reservation.CommitAsync(1m), stall, StoreTimeout)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        e.MayHaveHappened.Should().BeTrue();
        (await reservation.CommitAsync(1m)).IsReplay.Should().Be(isDoneFirst);
        await stall.EndAsync();
        (await reservation.CommitAsync(1m)).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_release_that_is_not_confirmed_names_its_reservation_and_is_repeated(bool isAnswerLost)
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m, id: "one"));
        await firewall.ReserveAsync(Call(1m));
        chaos.Strike(StoreCalls.Settle, isAnswerLost ? StoreFault.AnswerLost : StoreFault.NotReached);

        var e = (await FluentActions.Awaiting(async () => await reservation.ReleaseAsync()).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        (e.MayHaveHappened, e.OperationId, e.ReservationId).Should().Be((isAnswerLost, "one", reservation.Id));
        chaos.Heal();
        await reservation.ReleaseAsync();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_extension_that_is_not_confirmed_names_its_reservation_and_is_repeated(bool isAnswerLost)
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m, id: "one"));
        chaos.Strike(StoreCalls.Extend, isAnswerLost ? StoreFault.AnswerLost : StoreFault.NotReached);

        var e = (await FluentActions.Awaiting(async () => await reservation.ExtendAsync(TimeSpan.FromMinutes(30))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        (e.MayHaveHappened, e.OperationId, e.ReservationId).Should().Be((isAnswerLost, "one", reservation.Id));
        chaos.Heal();
        AssertMoment(Harness.Now + TimeSpan.FromMinutes(30), await reservation.ExtendAsync(TimeSpan.FromMinutes(30)));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 2m);
    }

    [Fact]
    public async Task A_settlement_by_id_whose_reservation_could_not_be_read_is_unconfirmed_too()
    {
        var (firewall, chaos) = Fragile();
        var reservation = await firewall.ReserveAsync(Call(2m, id: "one"));
        chaos.Strike(StoreCalls.Find, StoreFault.NotReached);

        var commit = (await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        var release = (await FluentActions.Awaiting(async () => await firewall.ReleaseAsync(reservation.Id)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        var extend = (await FluentActions.Awaiting(async () => await firewall.ExtendAsync(reservation.Id, TimeSpan.FromMinutes(1))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        new[] { commit, release, extend }.Should().AllSatisfy(e => (e.OperationId, e.ReservationId, e.MayHaveHappened).Should().Be(("one", reservation.Id, false)));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 2m);
    }

    [Fact]
    public async Task A_cancelled_charge_stops_waiting_and_its_write_is_finished()
    {
        var (firewall, chaos) = Fragile();
        var stall = new StoreStall(isDoneFirst: false);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        using var cancellation = new CancellationTokenSource();
        var pending = firewall.ChargeAsync(Call(1m, id: "one"), cancellation.Token).AsTask();
        (await Eventually.HoldsAsync(() => stall.Waiting == 1)).Should().BeTrue();

        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();
        await stall.EndAsync();

        (await Eventually.HoldsAsync(async () => await firewall.SpentAsync(AliceScope) == 1m)).Should().BeTrue();
        (await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay.Should().BeTrue();
    }

    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Fragile() => Harness.CreateFragileFirewall(options =>
    {
        options.Budgets.Add(AliceLimit(10m));
        options.StoreTimeout = StoreTimeout;
    });
}
