using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 11 and 12: the primary changes.</summary>
public sealed class ReplicationScenarios : Scenario
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public Task A_promoted_replica_goes_on_and_overshoots_by_no_more_than_was_lost(int waitForReplicas) => RunAsync(11, async () =>
    {
        var rounds = Soak.Times(1, 20);
        var (acknowledged, lost, overshoot, longest) = (0m, 0m, 0m, TimeSpan.Zero);
        for (var round = 0; round < rounds; round++)
        {
            var result = await FailOverAsync(waitForReplicas);
            acknowledged += result.Acknowledged;
            lost += Math.Max(0m, result.Acknowledged - result.Spent);
            overshoot += Math.Max(0m, result.Acknowledged - result.Limit);
            longest = result.Back > longest ? result.Back : longest;
            result.Spent.Should().BeInRange(1m, result.Limit);
        }
        overshoot.Should().BeInRange(0m, lost);
        if (waitForReplicas > 0)
            (lost, overshoot).Should().Be((0m, 0m));
        longest.Should().BeGreaterThanOrEqualTo(TimeSpan.Zero).And.BeLessThanOrEqualTo(Soak.Bound(TimeSpan.FromSeconds(5)));
        return Text($"{rounds} failovers with `WaitForReplicas = {waitForReplicas}`: {lost:0} of {acknowledged:0} acknowledged writes lost, overshoot {overshoot:0}; working again after at most {longest.TotalMilliseconds:N0} ms");
    });

    [Fact]
    public Task A_demoted_primary_is_left_for_the_new_one_and_nothing_fails_open() => RunAsync(12, async () =>
    {
        var longest = TimeSpan.Zero;
        var rounds = Soak.Times(1, 5);
        var spends = 0;
        for (var round = 0; round < rounds; round++)
        {
            var first = await StartServerAsync();
            var second = await StartReplicaAsync(first);
            using var traces = new TraceFolder();
            WorkJob Job(int number) => new()
            {
                Address = $"{first.Address},{second.Address}", Name = $"w{number}", Kind = WorkKind.Spend, Limit = 1_000_000m, PerSecond = 200, Tries = 10_000, RetrySeconds = 0.005, TracePath = traces.Of(number),
            };
            await using var fleet = await Fleet.StartAsync(Job);
            fleet.Go();
            await Task.Delay(1_000);
            await second.CommandAsync("REPLICAOF", "NO", "ONE");
            var demoted = Stopwatch.GetTimestamp();
            await first.CommandAsync("REPLICAOF", "127.0.0.1", second.Port.ToString(CultureInfo.InvariantCulture));
            await Task.Delay(5_000);
            fleet.Stop();
            var totals = await fleet.FinishAsync();
            totals.AssertNoSurprises();
            totals.Unknown.Should().Be(0);
            spends += totals.Granted;
            // The time during which a worker was granted nothing, around the demotion.
            foreach (var worker in traces.Read().Where(call => call.Outcome == CallOutcome.Done).GroupBy(call => call.OperationId.Split('-')[0]))
            {
                var gap = Stopwatch.GetElapsedTime(demoted, worker.Where(call => call.Began > demoted).Min(call => call.Ended));
                longest = gap > longest ? gap : longest;
            }
            var (spent, _) = await TotalsAsync(Reader(Job(0), second.Address));
            spent.Should().BeInRange(1m, totals.Charged);
        }
        longest.Should().BeGreaterThanOrEqualTo(TimeSpan.Zero).And.BeLessThanOrEqualTo(Soak.Bound(TimeSpan.FromSeconds(1)));
        return Text($"{rounds} demotions, {spends:N0} spends: none failed open, first success at most {longest.TotalMilliseconds:N0} ms after the demotion");
    });

    // Spends until the limit is reached; half-way the primary is killed and its replica promoted.
    private async Task<(decimal Acknowledged, decimal Spent, decimal Limit, TimeSpan Back)> FailOverAsync(int waitForReplicas)
    {
        var limit = Soak.Times(700, 2_000);
        var primary = await StartServerAsync();
        var replica = await StartReplicaAsync(primary);
        WorkJob Job(int number) => new()
        {
            Address = $"{primary.Address},{replica.Address}", Name = $"w{number}", Kind = WorkKind.Spend, Limit = limit, WaitForReplicas = waitForReplicas, PerSecond = 500, Seconds = 20,
            Calls = Soak.Times(800, 3_000),
        };
        await using var fleet = await Fleet.StartInsideAsync(2, Job);
        fleet.Go();
        var finishing = fleet.FinishAsync();
        await Task.Delay(Random.Next(400, 1_000));
        await primary.KillAsync();
        await replica.CommandAsync("REPLICAOF", "NO", "ONE");
        if (waitForReplicas > 0)
            await StartReplicaAsync(replica);
        var promoted = Stopwatch.GetTimestamp();
        var probe = Firewall(Job(0).Address, options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = limit, Period = BudgetPeriod.Year }));
        await Until.TrueAsync(async () => (await probe.TrySpendAsync(new() { Provider = "load", Cost = 0m })).Outcome != DecisionOutcome.StoreUnavailable, TimeSpan.FromMinutes(1));
        var spentSoFar = (await TotalsAsync(probe)).Spent;
        await Until.TrueAsync(async () => finishing.IsCompleted || (await TotalsAsync(probe)).Spent > spentSoFar, TimeSpan.FromMinutes(1));
        var back = Stopwatch.GetElapsedTime(promoted);
        var totals = await finishing;
        totals.AssertNoSurprises();
        return (totals.Charged, (await TotalsAsync(Reader(Job(0), replica.Address))).Spent, limit, back);
    }
}
