using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests.Testing;

public sealed class FakeCorrectionsTests : IAsyncDisposable
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", Cost = 5m, OperationId = "one", OperationScope = "acme" };

    private static readonly ChargeCorrection Refund = new() { OperationId = "one", OperationScope = "acme", CorrectionId = "back" };

    private readonly ManualTimeProvider _clock = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));
    private readonly FakeBudgetFirewall _firewall;

    public FakeCorrectionsTests() => _firewall = new(_clock);

    public ValueTask DisposeAsync() => _firewall.DisposeAsync();

    [Fact]
    public async Task A_charge_is_given_back_in_parts_and_never_more_than_all_of_it()
    {
        await _firewall.ChargeAsync(Call);

        var first = await _firewall.RefundAsync(Refund, 2m);
        (first.Amount, first.Cost, first.OperationId, first.Time, first.IsReplay).Should().Be((2m, 3m, "one", _clock.GetUtcNow(), false));
        var again = await _firewall.RefundAsync(Refund, 2m);
        (again.Amount, again.Cost, again.IsReplay, again.EntryId).Should().Be((2m, 3m, true, first.EntryId));
        await FluentActions.Awaiting(() => _firewall.RefundAsync(Refund, 1m).AsTask()).Should().ThrowExactlyAsync<OperationConflictException>();
        (await FluentActions.Awaiting(() => _firewall.RefundAsync(Refund with { CorrectionId = "more" }, 3.5m).AsTask()).Should().ThrowExactlyAsync<CorrectionTooLargeException>()).Which.Cost.Should().Be(3m);
        (await _firewall.RefundAsync(Refund with { CorrectionId = "rest", OperationId = null, OperationScope = null, EntryId = first.CorrectedEntryId })).Amount.Should().Be(3m);
        await FluentActions.Awaiting(() => _firewall.RefundAsync(Refund with { CorrectionId = "nothing" }).AsTask()).Should().ThrowExactlyAsync<CorrectionTooLargeException>();

        _firewall.AssertCharged(0m);
        _firewall.Calls.Where(call => call.Kind == FirewallCallKind.Correct).Select(call => (call.Correction!.CorrectionId, call.GivenBack))
            .Should().Equal(("back", 2m), ("back", null), ("back", null), ("more", null), ("rest", 3m), ("nothing", null));
        _firewall.Calls[1].ToString().Should().Be("Correct, gave back 2");
    }

    [Fact]
    public async Task A_commit_and_a_spend_are_corrected_to_their_cost_and_what_costs_that_already_is_left()
    {
        var reservation = await _firewall.ReserveAsync(Call);
        await reservation.CommitAsync(4m);
        await _firewall.SpendAsync(Call with { OperationId = "two" });

        var corrected = await _firewall.CorrectAsync(new() { ReservationId = reservation.Id, CorrectionId = "true cost" }, 1m);
        var left = await _firewall.CorrectAsync(Refund with { OperationId = "two", CorrectionId = "the same" }, 5m);

        (corrected.Amount, corrected.Cost).Should().Be((3m, 1m));
        (left.Amount, left.Cost, left.EntryId, left.Time).Should().Be((0m, 5m, null, null));
        await FluentActions.Awaiting(() => _firewall.CorrectAsync(Refund with { OperationId = "two", CorrectionId = "upwards" }, 6m).AsTask()).Should().ThrowExactlyAsync<CorrectionTooLargeException>();
        _firewall.AssertCharged(6m);
    }

    [Fact]
    public async Task What_was_not_charged_is_not_found_and_what_makes_no_sense_is_refused()
    {
        await _firewall.ChargeAsync(Call);

        foreach (var stranger in new[] { Refund with { OperationScope = null }, Refund with { OperationId = "none" }, new ChargeCorrection { CorrectionId = "c", EntryId = "entry-2" }, new ChargeCorrection { CorrectionId = "c", ReservationId = "none" } })
            (await FluentActions.Awaiting(() => _firewall.RefundAsync(stranger).AsTask()).Should().ThrowExactlyAsync<ChargeNotFoundException>()).Which.OperationId.Should().Be(stranger.CorrectionId);
        foreach (var wrong in new[] { Refund with { EntryId = "entry-1" }, Refund with { OperationId = null }, Refund with { OperationId = null, EntryId = "entry-1" } })
            await FluentActions.Awaiting(() => _firewall.RefundAsync(wrong).AsTask()).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(() => _firewall.RefundAsync(Refund, 0m).AsTask()).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => _firewall.CorrectAsync(Refund, -1m).AsTask()).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => _firewall.RefundAsync(null!).AsTask()).Should().ThrowExactlyAsync<ArgumentNullException>();
        _firewall.FailNext(FirewallCallKind.Correct, new ChargeUnconfirmedException("lost"));
        await FluentActions.Awaiting(() => _firewall.RefundAsync(Refund).AsTask()).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        _firewall.AssertCharged(5m);
    }
}
