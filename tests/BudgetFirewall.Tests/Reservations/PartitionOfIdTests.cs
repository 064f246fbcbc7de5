using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Reservation ids that name a partition where there are none, or none where there are.</summary>
public sealed class PartitionOfIdTests
{
    private const string Tag = "AAAAAAAAAAAAAAAAAAAAAA";

    [Theory]
    [InlineData(null, "4:0:acmeorder~" + Tag)]
    [InlineData(null, "4:4:acmeuserorder~" + Tag)]
    [InlineData("tenant", "order." + Tag)]
    [InlineData("tenant", "0:4:userorder~" + Tag)]
    public async Task An_id_that_contradicts_the_partitions_is_unknown_without_asking_the_store(string? partitionBy, string id)
    {
        var store = new AskedStore(new MemoryBudgetStore(TimeProvider.System));
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.PartitionBy = partitionBy;
                options.Outbox.IsEnabled = true;
            })
            .UseStore(_ => store)
            .Build();

        await firewall.ReleaseAsync(id);
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(id, 1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(id, new BudgetUsage { InputTokens = 1 })).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        await FluentActions.Awaiting(async () => await firewall.ExtendAsync(id, TimeSpan.FromHours(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();

        store.Finds.Should().Be(0);
    }

    private sealed class AskedStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Finds { get; private set; }

        public override ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId)
        {
            Finds++;
            return base.FindReservationAsync(partition, operationScope, operationId);
        }
    }
}
