using System.Diagnostics;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 15 and 16: a cluster moves slots and loses a node.</summary>
public sealed class ClusterScenarios : Scenario
{
    [Fact]
    public Task Slots_moved_during_load_lose_and_double_nothing() => RunAsync(15, async () =>
    {
        var cluster = Keep(await RedisCluster.StartAsync());
        WorkJob Job(int number) => new()
        {
            Address = cluster.Address, Name = $"w{number}", Kind = WorkKind.Commit, Seed = Seed + number, Limit = 1_000_000m, PerSecond = 100, Tries = 10_000, StoreTimeoutSeconds = 2,
        };
        await using var fleet = await Fleet.StartAsync(Job);
        var slot = cluster.HashSlot("{bf:default}");
        var (owner, moves) = (cluster.NodeOf("{bf:default}"), Soak.Times(2, 20));
        fleet.Go();
        for (var move = 0; move < moves; move++)
        {
            await Task.Delay(500);
            var target = cluster.Nodes[Random.Next(cluster.Nodes.Count)];
            if (target == owner)
                target = cluster.Nodes[(cluster.Nodes.ToList().IndexOf(owner) + 1) % cluster.Nodes.Count];
            await cluster.MoveSlotAsync(slot, owner, target);
            owner = target;
        }
        await Task.Delay(500);
        fleet.Stop();
        var totals = await fleet.FinishAsync();

        totals.AssertNoSurprises();
        totals.Unknown.Should().Be(0);
        (await TotalsAsync(Reader(Job(0)))).Should().Be((totals.Charged, 0m));
        return Text($"{moves} moves of the slot under load, {totals.Granted:N0} commits: spent {totals.Charged} = acknowledged, held 0, longest time without a grant {totals.LongestGapMs:N0} ms");
    });

    [Fact]
    public Task A_node_that_is_down_denies_its_partitions_in_time_and_no_others() => RunAsync(16, async () =>
    {
        var cluster = Keep(await RedisCluster.StartAsync());
        var firewall = Firewall(cluster.Address, options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000_000m, Period = BudgetPeriod.Year });
            options.PartitionBy = "tenant";
        });
        var tenants = Enumerable.Range(0, 1_000).Select(number => $"tenant-{number}").GroupBy(tenant => cluster.Nodes.ToList().IndexOf(cluster.NodeOf($"{{bf:{tenant}}}"))).ToDictionary(group => group.Key, group => group.Take(10).ToArray());
        BudgetRequest Call(string tenant) => new() { Provider = "load", Cost = 1m, Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };
        foreach (var tenant in tenants.Values.SelectMany(group => group))
            await Until.TrueAsync(async () => (await firewall.TrySpendAsync(Call(tenant))).IsAllowed, TimeSpan.FromMinutes(1));

        await cluster.Nodes[0].KillAsync();
        var calls = Soak.Times(60, 3_000);
        var answers = await Together.DoAsync(calls, 30, async i =>
        {
            var tenant = tenants[i % 3][i / 3 % 10];
            var watch = Stopwatch.StartNew();
            var decision = await firewall.TrySpendAsync(Call(tenant));
            return (Node: i % 3, decision.Outcome, watch.Elapsed.TotalMilliseconds);
        });

        answers.Where(answer => answer.Node == 0).Should().AllSatisfy(answer => answer.Outcome.Should().Be(DecisionOutcome.StoreUnavailable));
        answers.Where(answer => answer.Node != 0).Should().AllSatisfy(answer => answer.Outcome.Should().Be(DecisionOutcome.Allowed));
        var longest = answers.Max(answer => answer.TotalMilliseconds);
        longest.Should().BeInRange(0, Soak.Bound(TimeSpan.FromSeconds(1.25)).TotalMilliseconds);
        return Text($"one of 3 nodes down: its {answers.Count(answer => answer.Node == 0):N0} calls denied within {longest:N0} ms, {answers.Count(answer => answer.Node != 0):N0} of {answers.Count(answer => answer.Node != 0):N0} on the other nodes allowed");
    });
}
