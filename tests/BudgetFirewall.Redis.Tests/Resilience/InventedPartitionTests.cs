using System.Globalization;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Reservation ids that name partitions which do not exist, as an attacker makes them up.</summary>
public sealed class InventedPartitionTests : OwnServerTests
{
    private static readonly Budget PerTenant = new() { Scope = BudgetScope.Global, Limit = 100m };

    [Theory]
    [InlineData(null)]
    [InlineData("tenant")]
    public async Task Settling_by_ids_of_invented_partitions_makes_no_keys(string? partitionBy)
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options => Configure(options, partitionBy));
        await firewall.ChargeAsync(Of("acme", id: "first"));
        var before = await server.Server.DatabaseSizeAsync();

        for (var i = 0; i < 100; i++)
        {
            var id = Invented(i);
            await firewall.ReleaseAsync(id);
            await FluentActions.Awaiting(async () => await firewall.CommitAsync(id, 1m)).Should().ThrowExactlyAsync<ReservationNotFoundException>();
            await FluentActions.Awaiting(async () => await firewall.ExtendAsync(id, TimeSpan.FromHours(1))).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        }

        (await server.Server.DatabaseSizeAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_process_settles_by_id_in_a_partition_that_another_has_made()
    {
        var server = await StartServerAsync();
        var first = Firewall(server.Address, options => Configure(options, "tenant"));
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await first.ReserveAsync(Of("acme"))).Id);

        (await Other().CommitAsync(ids[0], 0.25m)).Cost.Should().Be(0.25m);
        (await Other().ExtendAsync(ids[1], TimeSpan.FromHours(1))).Should().BeAfter(DateTimeOffset.UtcNow);
        await Other().ReleaseAsync(ids[2]);

        var status = (await first.GetStatusAsync(BudgetScope.Global, "acme")).Budgets.Should().ContainSingle().Which;
        (status.Spent, status.Held).Should().Be((0.25m, 1m));

        IBudgetFirewall Other() => Firewall(server.Address, options => Configure(options, "tenant"));
    }

    [Fact]
    public async Task A_full_server_makes_no_partition_and_a_new_process_still_commits_and_charges_in_those_there_are()
    {
        var server = await StartServerAsync();
        var first = Firewall(server.Address, options => Configure(options, "tenant"));
        var id = (await first.ReserveAsync(Of("acme"))).Id;
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        var before = await server.Server.DatabaseSizeAsync();
        var second = Firewall(server.Address, options => Configure(options, "tenant"));

        (await second.TryReserveAsync(Of("new"))).Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        await FluentActions.Awaiting(async () => await second.ChargeAsync(Of("new"))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        (await server.Server.DatabaseSizeAsync()).Should().Be(before);
        await second.CommitAsync(id, 0.25m);
        await Firewall(server.Address, options => Configure(options, "tenant")).ChargeAsync(Of("acme"));

        (await first.GetStatusAsync(BudgetScope.Global, "acme")).Budgets.Should().ContainSingle().Which.Spent.Should().Be(1.25m);
    }

    private static string Invented(int number) => string.Create(CultureInfo.InvariantCulture, $"6:9:{number:000000}anonymousx~AAAAAAAAAAAAAAAAAAAAAA");

    private static BudgetRequest Of(string tenant, string? id = null) => Call(1m, id) with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };

    private static void Configure(BudgetFirewallOptions options, string? partitionBy)
    {
        options.Budgets.Add(PerTenant);
        options.PartitionBy = partitionBy;
    }
}
