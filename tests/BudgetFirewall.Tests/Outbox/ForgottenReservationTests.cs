namespace BudgetFirewall.Tests.Outbox;

/// <summary>Commits that may be what the store has forgotten: a settled reservation with a made-up id is remembered for a minute.</summary>
public sealed class ForgottenReservationTests : OutboxTests
{
    [Fact]
    public async Task A_commit_that_may_have_been_recorded_and_was_forgotten_is_of_unknown_outcome()
    {
        var (firewall, chaos) = Open();
        var reservation = await firewall.ReserveAsync(Request(1m));
        chaos.StrikeNext(StoreCalls.Settle, StoreFault.AnswerLost);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        (await reservation.CommitAsync(1m)).IsQueued.Should().BeTrue();

        Clock.Advance(TimeSpan.FromMinutes(2));
        chaos.Heal();
        await DeliverAsync(firewall);

        await AssertUndeliverableAsync(firewall, UndeliverableReason.OutcomeUnknown, spent: 1m);
    }

    [Fact]
    public async Task A_commit_that_certainly_was_not_recorded_has_a_reservation_that_is_gone()
    {
        var (firewall, chaos) = Open();
        var reservation = await firewall.ReserveAsync(Request(1m));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await reservation.CommitAsync(1m);

        Clock.Advance(TimeSpan.FromHours(3));
        chaos.Heal();
        await DeliverAsync(firewall);

        await AssertUndeliverableAsync(firewall, UndeliverableReason.ReservationGone, spent: 0m);
    }

    [Theory]
    [InlineData(2, UndeliverableReason.OutcomeUnknown)]
    [InlineData(0, null)]
    public async Task A_reservation_that_was_let_through_unseen_is_not_charged_again_once_it_may_be_forgotten(int minutes, UndeliverableReason? expected)
    {
        var (firewall, chaos) = Open(configure: options => options.FailureMode = FailureMode.Allow);
        var reservation = await ReserveUnseenAsync(firewall, chaos);
        chaos.StrikeNext(StoreCalls.Settle, StoreFault.AnswerLost);
        chaos.Strike(StoreCalls.Status, StoreFault.NotReached);
        (await reservation.CommitAsync(1m)).IsQueued.Should().BeTrue();

        Clock.Advance(TimeSpan.FromMinutes(minutes));
        chaos.Heal();
        await DeliverAsync(firewall);

        await AssertUndeliverableAsync(firewall, expected, spent: 1m);
    }

    [Fact]
    public async Task A_commit_of_a_reservation_that_was_let_through_unseen_and_never_tried_is_charged_however_old()
    {
        var (firewall, chaos) = Open(configure: options => options.FailureMode = FailureMode.Allow);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await (await firewall.ReserveAsync(Request(1m))).CommitAsync(1m);

        Clock.Advance(TimeSpan.FromHours(3));
        chaos.Heal();
        await DeliverAsync(firewall);

        await AssertUndeliverableAsync(firewall, reason: null, spent: 1m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_an_outbox_its_caller_does_not_charge_it_again_either(bool isAnswerLost)
    {
        var (firewall, chaos) = Open(configure: options =>
        {
            options.FailureMode = FailureMode.Allow;
            options.Outbox.IsEnabled = false;
        });
        var reservation = await ReserveUnseenAsync(firewall, chaos);
        if (isAnswerLost)
        {
            chaos.StrikeNext(StoreCalls.Settle, StoreFault.AnswerLost);
            await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        }
        else
        {
            await reservation.CommitAsync(1m);
        }
        Clock.Advance(TimeSpan.FromMinutes(2));

        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();

        await firewall.AssertStandsAtAsync(Alice, spent: 1m);
        await firewall.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_does_not_end_a_later_reservation_that_has_taken_its_id(bool isLeftToTheNextProcess)
    {
        var (firewall, chaos) = Open();
        var reservation = await firewall.ReserveAsync(Request(1m) with { OperationId = "again" });
        chaos.Strike(StoreCalls.Status | StoreCalls.Settle, StoreFault.NotReached);
        (await firewall.CommitAsync(reservation.Id, 1m)).IsQueued.Should().BeTrue();
        if (isLeftToTheNextProcess)
            await firewall.DisposeAsync();
        Clock.Advance(TimeSpan.FromHours(3));
        var (other, _) = Open(isInMemory: true);
        await other.ReserveAsync(Request(2m) with { OperationId = "again" });

        if (isLeftToTheNextProcess)
            (firewall, chaos) = Open();
        chaos.Heal();
        await DeliverAsync(firewall);

        await other.AssertStandsAtAsync(Alice, spent: 0m, held: 2m);
        await other.DisposeAsync();
        await AssertUndeliverableAsync(firewall, UndeliverableReason.ReservationGone, spent: 0m);
    }

    private static async Task<BudgetReservation> ReserveUnseenAsync(IBudgetFirewall firewall, ChaosBudgetStore chaos)
    {
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        var reservation = await firewall.ReserveAsync(Request(1m));
        reservation.Decision.IsDegraded.Should().BeTrue();
        return reservation;
    }

    private async Task AssertUndeliverableAsync(IBudgetFirewall firewall, UndeliverableReason? reason, decimal spent)
    {
        await firewall.DisposeAsync();
        (Observer.Undeliverable.SingleOrDefault()?.Reason).Should().Be(reason);
        var (next, _) = Open();
        (await next.GetStatusAsync(Alice)).Budgets.Should().ContainSingle().Which.Spent.Should().Be(spent);
        await next.DisposeAsync();
    }
}
