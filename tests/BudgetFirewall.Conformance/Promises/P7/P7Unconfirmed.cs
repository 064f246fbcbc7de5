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

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Call(1m, id: id)));

        Assert.False(e.MayHaveHappened);
        Assert.Null(e.ReservationId);
        Assert.False(string.IsNullOrEmpty(e.OperationId));
        Assert.Equal(id ?? e.OperationId, e.OperationId);
        chaos.Heal();
        Assert.Equal(e.OperationId, (await firewall.ChargeAsync(Call(1m, id: e.OperationId))).OperationId);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task A_charge_whose_answer_was_lost_may_have_happened_and_is_a_replay_when_repeated()
    {
        var (firewall, chaos) = Fragile();
        chaos.Strike(StoreCalls.Decide, StoreFault.AnswerLost);

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Call(1m, id: "one")));

        Assert.Equal((true, "one"), (e.MayHaveHappened, e.OperationId));
        chaos.Heal();
        Assert.True((await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay);
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

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(() => WaitOutAsync(firewall.ChargeAsync(Call(1m, id: "one")), stall, StoreTimeout));

        Assert.True(e.MayHaveHappened);
        var repeated = await firewall.ChargeAsync(Call(1m, id: "one"));
        await stall.EndAsync();
        Assert.Equal(isDoneFirst, repeated.IsReplay);
        Assert.True((await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay);
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

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await reservation.CommitAsync(1m));
        var byId = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.CommitAsync(reservation.Id, 1m));

        Assert.Equal((isAnswerLost, "one", reservation.Id), (e.MayHaveHappened, e.OperationId, e.ReservationId));
        Assert.Equal((isAnswerLost, "one", reservation.Id), (byId.MayHaveHappened, byId.OperationId, byId.ReservationId));
        chaos.Heal();
        Assert.Equal(isAnswerLost, (await reservation.CommitAsync(1m)).IsReplay);
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

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(() => WaitOutAsync(reservation.CommitAsync(1m), stall, StoreTimeout));

        Assert.True(e.MayHaveHappened);
        Assert.Equal(isDoneFirst, (await reservation.CommitAsync(1m)).IsReplay);
        await stall.EndAsync();
        Assert.True((await reservation.CommitAsync(1m)).IsReplay);
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

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await reservation.ReleaseAsync());

        Assert.Equal((isAnswerLost, "one", reservation.Id), (e.MayHaveHappened, e.OperationId, e.ReservationId));
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

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await reservation.ExtendAsync(TimeSpan.FromMinutes(30)));

        Assert.Equal((isAnswerLost, "one", reservation.Id), (e.MayHaveHappened, e.OperationId, e.ReservationId));
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

        var commit = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.CommitAsync(reservation.Id, 1m));
        var release = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ReleaseAsync(reservation.Id));
        var extend = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ExtendAsync(reservation.Id, TimeSpan.FromMinutes(1)));

        Assert.All([commit, release, extend], e => Assert.Equal(("one", reservation.Id, false), (e.OperationId, e.ReservationId, e.MayHaveHappened)));
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
        Assert.True(await Eventually.HoldsAsync(() => stall.Waiting == 1));

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        await stall.EndAsync();

        Assert.True(await Eventually.HoldsAsync(async () => await firewall.SpentAsync(AliceScope) == 1m));
        Assert.True((await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay);
    }

    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Fragile() => Harness.CreateFragileFirewall(options =>
    {
        options.Budgets.Add(AliceLimit(10m));
        options.StoreTimeout = StoreTimeout;
    });
}
