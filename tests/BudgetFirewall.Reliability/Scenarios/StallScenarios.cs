using System.Diagnostics;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 7, 13, 14 and 26: the server stands still, forgets its scripts, or is away.</summary>
public sealed class StallScenarios : Scenario
{
    [Fact]
    public Task A_server_that_sleeps_admits_nothing_unseen_and_every_id_has_one_effect() => RunAsync(7, async () =>
    {
        var (calls, history, stalled) = await StallAsync(rounds: Soak.Times(1, 5), async server =>
        {
            await server.PauseAsync();
            var from = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromSeconds(3));
            var to = Stopwatch.GetTimestamp();
            await server.ResumeAsync();
            return (from, to);
        });
        return Text($"{stalled} times 3 s asleep: {calls:N0} calls, {history.Steps.Count:N0} steps linearizable, nothing admitted meanwhile, one effect per id");
    });

    [Fact]
    public Task A_paused_server_leaves_no_caller_without_an_answer_beyond_the_deadline() => RunAsync(14, async () =>
    {
        var (_, history, stalled) = await StallAsync(rounds: Soak.Times(1, 5), async server =>
        {
            // The pause begins when the server has read the command, and lasts no less than 2 s from when it was sent.
            var to = Stopwatch.GetTimestamp() + (2 * Stopwatch.Frequency);
            await server.CommandAsync("CLIENT", "PAUSE", "2000");
            var from = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromSeconds(2.2));
            return (from, to);
        });
        var took = history.Calls.Where(call => call.Outcome != CallOutcome.None).Select(call => Stopwatch.GetElapsedTime(call.Began, call.Ended).TotalMilliseconds).Order().ToArray();

        took[^1].Should().BeInRange(0, Soak.Bound(TimeSpan.FromSeconds(1.25)).TotalMilliseconds);
        return Text($"{stalled} × CLIENT PAUSE 2000: longest of {took.Length:N0} calls {took[^1]:N0} ms with StoreTimeout 1,000 ms; {history.Steps.Count:N0} steps linearizable, one effect per id");
    });

    [Fact]
    public Task Scripts_flushed_under_load_reach_no_caller_and_counters_stay_exact() => RunAsync(13, async () =>
    {
        var server = await StartServerAsync();
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Spend, Limit = 100_000_000m, Seconds = Soak.Times(3, 30), StoreTimeoutSeconds = 30,
        };
        await using var fleet = await Fleet.StartAsync(Job);
        fleet.Go();
        var finishing = fleet.FinishAsync();
        var flushes = 0;
        for (; !finishing.IsCompleted; flushes++)
        {
            await server.CommandAsync("SCRIPT", "FLUSH");
            await Task.Delay(50);
        }
        var totals = await finishing;

        totals.AssertNoSurprises();
        totals.Unknown.Should().Be(0);
        (await TotalsAsync(Reader(Job(0)))).Should().Be((totals.Charged, 0m));
        return Text($"{flushes:N0} flushes, {totals.Granted:N0} spends: none failed, spent {totals.Charged} = acknowledged");
    });

    [Fact]
    public Task A_store_that_is_away_admits_nothing_and_is_used_again_as_soon_as_it_is_back() => RunAsync(26, async () =>
    {
        var server = await StartServerAsync("--appendonly", "yes");
        using var traces = new TraceFolder();
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Spend, Limit = 100_000_000m, Tries = 1, TracePath = traces.Of(number), PerSecond = Soak.Times(100, 100), Callers = 64,
        };
        await using var fleet = await Fleet.StartAsync(Job);
        fleet.Go();
        await Task.Delay(TimeSpan.FromSeconds(1));
        var gone = Stopwatch.GetTimestamp();
        await server.KillAsync();
        var dead = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(Soak.Times(4, 60)));
        var coming = Stopwatch.GetTimestamp();
        await server.RunAsync();
        var back = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(8));
        fleet.Stop();
        (await fleet.FinishAsync()).AssertNoSurprises();

        var calls = traces.Read().Where(call => call.Outcome != CallOutcome.None).ToList();
        var during = calls.Where(call => call.Began > dead && call.Ended < coming).ToList();
        during.Should().NotBeEmpty();
        during.Should().AllSatisfy(call => call.Outcome.Should().Be(CallOutcome.Unknown));
        var took = calls.Where(call => call.Ended > gone && call.Began < coming).Select(call => Stopwatch.GetElapsedTime(call.Began, call.Ended).TotalMilliseconds).Order().ToArray();
        var p99 = took[(int)((took.Length - 1) * 0.99)];
        p99.Should().BeInRange(0, Soak.Bound(TimeSpan.FromSeconds(1.25)).TotalMilliseconds);
        var recovered = Stopwatch.GetElapsedTime(back, calls.Where(call => call.Ended > coming && call.Outcome == CallOutcome.Done).Min(call => call.Ended));
        recovered.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(-10)).And.BeLessThanOrEqualTo(Soak.Bound(TimeSpan.FromSeconds(2)));
        return Text($"{Soak.Times(4, 60)} s away: 0 of {during.Count:N0} calls admitted, answered within {p99:N0} ms (p99; longest {took[^1]:N0} ms), first success {Math.Max(0, recovered.TotalMilliseconds):N0} ms after the server's return");
    });

    // Callers work while the server stands still some times; in between nothing may be admitted, and what is left must be one linear history.
    private async Task<(int Calls, History History, int Stalls)> StallAsync(int rounds, Func<RedisServer, Task<(long From, long To)>> stall)
    {
        var server = await StartServerAsync();
        await using var recorder = await HistoryRecorder.StartAsync(server);
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Mixed, Seed = Seed + number, PerSecond = 200, Limit = Soak.Times(500, 10_000), Users = 2,
            Tries = 1_000, TracePath = recorder.TraceOf(number),
        };
        await using var fleet = await Fleet.StartAsync(Job);
        fleet.Go();
        var stalls = new List<(long From, long To)>();
        for (var round = 0; round < rounds; round++)
        {
            await Task.Delay(500);
            stalls.Add(await stall(server));
        }
        await Task.Delay(500);
        fleet.Stop();
        var totals = await fleet.FinishAsync();
        var history = await recorder.FinishAsync(Reader(Job(0)), users: 2);

        totals.AssertNoSurprises();
        totals.Unknown.Should().Be(0);
        // A reply that was on its way when the server stopped may still have come; a caller on a busy machine reads it late.
        var grace = Stopwatch.Frequency / 5;
        history.Calls.Should().NotContain(call => call.Outcome == CallOutcome.Done && stalls.Any(time => call.Began > time.From + grace && call.Ended < time.To - grace));
        HistoryCheck.Run(history, BudgetsOf(Job(0)), TimeSpan.FromSeconds(Job(0).LeaseSeconds));
        return (totals.Calls, history, stalls.Count);
    }
}
