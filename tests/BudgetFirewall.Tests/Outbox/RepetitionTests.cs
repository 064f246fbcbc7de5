using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests.Outbox;

/// <summary>Callers who repeat what waits, or do the same at once.</summary>
public sealed class RepetitionTests : OutboxTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repetition_that_may_have_been_recorded_is_remembered_like_a_delivery(bool isLeftToTheNextProcess)
    {
        var (firewall, chaos) = Open();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Request("x"));
        chaos.Strike(StoreCalls.Decide, StoreFault.AnswerLost);
        (await firewall.ChargeAsync(Request("x"))).IsQueued.Should().BeTrue();

        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        if (isLeftToTheNextProcess)
            await firewall.DisposeAsync();
        Clock.Advance(TimeSpan.FromHours(2));
        if (isLeftToTheNextProcess)
            (firewall, chaos) = Open();

        await AssertEndsUnknownAsync(firewall, chaos);
    }

    [Fact]
    public async Task Of_two_callers_at_once_the_one_that_may_have_been_recorded_counts()
    {
        var (firewall, chaos) = Open();
        var lost = new HeldFault(StoreFault.AnswerLost);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        chaos.StrikeNext(StoreCalls.Decide, lost);
        var first = firewall.ChargeAsync(Request("x"));
        (await firewall.ChargeAsync(Request("x"))).IsQueued.Should().BeTrue();

        lost.End();
        (await first).IsReplay.Should().BeTrue();
        Clock.Advance(TimeSpan.FromHours(2));

        await AssertEndsUnknownAsync(firewall, chaos);
    }

    [Fact]
    public async Task A_delivery_that_was_not_reached_does_not_undo_a_repetition_that_was()
    {
        var (firewall, chaos) = Open();
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);
        await firewall.ChargeAsync(Request("x"));
        var notReached = new HeldFault(StoreFault.NotReached);
        chaos.StrikeNext(StoreCalls.Decide, notReached);
        (await Eventually.HoldsAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(10));
            return notReached.IsHeld;
        })).Should().BeTrue();

        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        (await firewall.ChargeAsync(Request("x"))).IsReplay.Should().BeTrue();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        notReached.End();
        Clock.Advance(TimeSpan.FromHours(2));

        await AssertEndsUnknownAsync(firewall, chaos);
    }

    [Fact]
    public async Task What_may_have_been_recorded_too_long_ago_is_not_repeated_by_its_caller_either()
    {
        var (firewall, chaos) = Open();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        await firewall.ChargeAsync(Request("x"));
        Clock.MoveTo(Clock.GetUtcNow() + TimeSpan.FromHours(2));
        chaos.Strike(StoreCalls.Status, StoreFault.NotReached);

        chaos.StrikeNext(StoreCalls.Decide, null);
        var repeated = await firewall.ChargeAsync(Request("x"));

        repeated.IsQueued.Should().BeTrue();
        await AssertEndsUnknownAsync(firewall, chaos);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_that_is_set_back_makes_no_try_younger(bool isLeftToTheNextProcess)
    {
        var (firewall, chaos) = Open();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        await firewall.ChargeAsync(Request("x"));
        if (isLeftToTheNextProcess)
        {
            await firewall.DisposeAsync();
            (firewall, chaos) = Open();
            chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        }

        Clock.Advance(TimeSpan.FromHours(2));
        Clock.MoveTo(Clock.GetUtcNow() - TimeSpan.FromHours(2));

        await AssertEndsUnknownAsync(firewall, chaos);
    }

    [Fact]
    public async Task A_delivery_that_the_store_may_see_too_late_is_not_tried()
    {
        var (firewall, chaos) = Open(configure: options =>
        {
            options.OperationIdRetention = TimeSpan.FromMinutes(10);
            options.StoreTimeout = TimeSpan.FromMinutes(1);
        });
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        await firewall.ChargeAsync(Request("x"));

        Clock.Advance(TimeSpan.FromMinutes(8.5));

        await AssertEndsUnknownAsync(firewall, chaos);
    }

    private static BudgetRequest Request(string id) => Request(1m) with { OperationId = id };

    /// <summary>Once the store is back, the charge that waits is given up as one that may have been recorded, and was.</summary>
    private async Task AssertEndsUnknownAsync(IBudgetFirewall firewall, ChaosBudgetStore chaos)
    {
        chaos.Heal();
        await DeliverAsync(firewall);
        (await Eventually.HoldsAsync(() => !Observer.Undeliverable.IsEmpty)).Should().BeTrue();
        Observer.Undeliverable.Select(charge => (charge.OperationId, charge.Reason)).Single().Should().Be(("x", UndeliverableReason.OutcomeUnknown));
        // Its answer was lost, not the charge.
        await firewall.AssertStandsAtAsync(Alice, spent: 1m);
        await firewall.DisposeAsync();
    }

    /// <summary>A fault that strikes when it is told to.</summary>
    private sealed class HeldFault(IStoreFault fault) : IStoreFault
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isHeld;

        public bool IsHeld => _isHeld;

        public void End() => _end.SetResult();

        public async ValueTask<T> ApplyAsync<T>(Func<ValueTask<T>> call)
        {
            _isHeld = true;
            await _end.Task;
            return await fault.ApplyAsync(call);
        }
    }
}
