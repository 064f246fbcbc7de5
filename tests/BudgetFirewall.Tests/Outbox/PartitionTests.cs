using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests.Outbox;

/// <summary>What cannot be delivered does not hold up what can.</summary>
public sealed class PartitionTests : OutboxTests
{
    private volatile string? _awayPartition;
    private volatile string? _stuckId;
    private int _stuckTries;

    [Fact]
    public async Task A_partition_that_cannot_be_reached_does_not_hold_up_the_others()
    {
        _awayPartition = "a";
        var (firewall, chaos) = Open(configure: options => options.PartitionBy = "tenant");
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        foreach (var id in (string[])["a1", "b1", "a2", "b2"])
            await firewall.ChargeAsync(Request(id) with { Dimensions = new Dictionary<string, string> { ["tenant"] = id[..1] } });
        chaos.Heal();

        await LeaveWaitingAsync(firewall, 2);
        (await Eventually.HoldsAsync(() => Observer.Charges.Count == 2)).Should().BeTrue();
        _awayPartition = null;
        await DeliverAsync(firewall);

        await firewall.DisposeAsync();
        Observer.Charges.Select(charge => charge.OperationId).Should().Equal("b1", "b2", "a1", "a2");
    }

    [Fact]
    public async Task What_has_failed_often_lets_others_go_after_each_further_try()
    {
        _stuckId = "stuck";
        var (firewall, chaos) = Open();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Request("stuck"));
        chaos.Heal();
        (await Eventually.HoldsAsync(() => Passes(_stuckTries >= 8))).Should().BeTrue();

        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Request("other"));
        var tries = _stuckTries;
        chaos.Heal();
        await LeaveWaitingAsync(firewall, 1);

        (_stuckTries - tries).Should().BeInRange(0, 2);
        _stuckId = null;
        await DeliverAsync(firewall);
        await firewall.AssertStandsAtAsync(Alice, spent: 2m);
        await firewall.DisposeAsync();
    }

    protected override IBudgetStore Around(IBudgetStore store) => new PartlyAway(store, this);

    private static BudgetRequest Request(string id) => Request(1m) with { OperationId = id };

    private async Task LeaveWaitingAsync(IBudgetFirewall firewall, int count) =>
        (await Eventually.HoldsAsync(() => Passes(firewall.Outbox.Count == count))).Should().BeTrue();

    private bool Passes(bool condition)
    {
        if (!condition)
            Clock.Advance(TimeSpan.FromMilliseconds(100));
        return condition;
    }

    private sealed class PartlyAway(IBudgetStore inner, PartitionTests test) : StoreDecorator(inner)
    {
        public override ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) =>
            call.Partition is { } partition && partition == test._awayPartition ? throw Away() : base.ReadStatusAsync(call);

        public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            if (call.OperationId != test._stuckId)
                return base.DecideAsync(call);
            Interlocked.Increment(ref test._stuckTries);
            throw Away();
        }

        private static BudgetStoreException Away() => new("It is away.") { MayHaveHappened = false };
    }
}
