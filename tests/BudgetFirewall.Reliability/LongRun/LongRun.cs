using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Reliability;

/// <summary>
/// All faults in a random order while four processes work: some seconds of it by default, as long as BUDGETFIREWALL_SOAK_MINUTES says on demand.
/// </summary>
public sealed class LongRun : Scenario
{
    private const int Processes = 4;
    private const int Users = 20;
    private const decimal Limit = 100_000m;

    private static readonly int[] ClockErrorHours = [0, 1, -24];

    private static readonly double Minutes =
        double.TryParse(Environment.GetEnvironmentVariable("BUDGETFIREWALL_SOAK_MINUTES"), NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) ? minutes : 0.2;

    private readonly List<long> _keys = [];
    private readonly List<(double Minute, long[] Bytes)> _memory = [];
    private readonly Dictionary<string, int> _struck = new(StringComparer.Ordinal);

    [Fact]
    public Task Faults_in_any_order_break_no_promise_lose_no_charge_and_leave_no_hold_behind() => RunAsync(0, async () =>
    {
        var server = await StartServerAsync("--appendonly", "yes", "--appendfsync", "everysec");
        var proxy = StartProxy(server);
        WorkJob Job(int number) => new()
        {
            Address = proxy.Address, Name = $"w{number}", Kind = WorkKind.Mixed, Seed = Seed + number, PerSecond = 20, Users = Users, Limit = Limit, UserLimit = 10_000m, Tries = 100_000,
            RetrySeconds = 0.1, LeaseSeconds = 10, RetentionSeconds = 60, Callers = 8, ClockErrorSeconds = ClockErrorHours[number % ClockErrorHours.Length] * 3_600,
        };
        await using var fleet = await Fleet.StartProcessesAsync(Processes, Job);
        var reader = Reader(Job(0), server.Address);
        fleet.Go();
        // One more process reserves, is killed before it settles anything, and comes back under another name.
        await using var victim = new Victim(number => Job(Processes + number) with { Kind = WorkKind.Reserve });
        await victim.ReplaceAsync();
        await StrikeAsync(new Faultline(server, proxy, victim, Random, _struck), fleet, reader, server);
        await victim.DisposeAsync();
        fleet.Stop();
        var totals = await fleet.FinishAsync();
        await Until.TrueAsync(async () => (await TotalsAsync(reader)).Held == 0m, TimeSpan.FromMinutes(1));

        totals.AssertNoSurprises();
        (totals.Unknown, totals.DataLosses).Should().Be((0, 0));
        var (spent, held) = await TotalsAsync(reader);
        (spent, held).Should().Be((totals.Charged, 0m));
        (await SumOfUsersAsync(reader)).Should().Be(spent);
        AssertBounded();
        var growth = Growth();
        return Text($"{Minutes:0.#} minutes, {Processes} processes and one that is killed, {totals.Calls:N0} calls, {_struck.Values.Sum()} faults ({string.Join(", ", _struck.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Value} × {item.Key}"))}): 0 violations, spent {spent} = acknowledged, held drift 0, at most {_keys.Max():N0} keys, memory of a process {growth * 100:+0.0;-0.0} % after the first 5 minutes");
    });

    private async Task StrikeAsync(Faultline faults, Fleet fleet, IBudgetFirewall reader, RedisServer server)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalMinutes < Minutes)
        {
            await Task.Delay(Random.Next(1_000, 4_000));
            await faults.StrikeAsync();
            await LookAsync(reader);
            _keys.Add((long)await server.CommandAsync("DBSIZE"));
            _memory.Add((watch.Elapsed.TotalMinutes, [.. fleet.Workers.Cast<ProcessWorker>().Select(worker => worker.ResidentBytes)]));
        }
        faults.Heal();
    }

    private static async Task LookAsync(IBudgetFirewall reader)
    {
        (decimal Spent, decimal Held)? totals = null;
        await Until.TrueAsync(async () =>
        {
            try
            {
                totals = await TotalsAsync(reader);
                return true;
            }
            catch (BudgetFirewallException)
            {
                // The server has only just come back.
                return false;
            }
        }, TimeSpan.FromSeconds(60));
        totals!.Value.Held.Should().BeInRange(0m, Limit);
        (totals.Value.Spent + totals.Value.Held).Should().BeInRange(0m, Limit);
    }

    private static async Task<decimal> SumOfUsersAsync(IBudgetFirewall reader)
    {
        var sum = 0m;
        for (var user = 0; user < Users; user++)
        {
            var state = (await reader.GetStatusAsync(BudgetScope.User($"user-{user}"))).Budgets.Should().ContainSingle().Which;
            state.Held.Should().Be(0m);
            sum += state.Spent;
        }
        return sum;
    }

    // 100 operations a second, each remembered for a minute, an open one for its lease too, until the server comes round to removing them; and the counters.
    private void AssertBounded() => _keys.Max().Should().BeInRange(1, (100 * 100) + Users + 10);

    private double Growth()
    {
        var late = _memory.Where(sample => sample.Minute >= Math.Min(5, Minutes / 2)).ToList();
        if (late.Count < 4)
            return 0;
        var (first, last) = (late.Take(late.Count / 4 + 1).Average(sample => sample.Bytes.Average()), late.TakeLast(late.Count / 4 + 1).Average(sample => sample.Bytes.Average()));
        if (Minutes >= 15)
            (last / first).Should().BeInRange(0, 1.05);
        return (last / first) - 1;
    }
}
