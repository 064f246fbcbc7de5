using System.Diagnostics;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 27 and 28: turns and windows under many processes, with callers who leave, processes that die and clocks that are wrong.</summary>
public sealed class RateLimitScenarios : Scenario
{
    private const int PerSecond = 50;
    private const int QueueLimit = 60;

    private static readonly DateTimeOffset Start = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public Task Nobody_starts_before_their_turn_and_no_turn_is_lost_however_many_give_up_or_are_killed() => RunAsync(27, async () =>
    {
        var (processes, time) = (Soak.Times(4, 8), Soak.Seconds(4, 120));
        var server = await StartServerAsync();
        using var traces = new TraceFolder();
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Take, Seed = Seed + number, Limit = 1_000_000m, LeaseSeconds = 5, StoreTimeoutSeconds = 30,
            Callers = Soak.Times(20, 16), TurnsPerSecond = PerSecond, QueueLimit = QueueLimit, GivesUpPart = 0.25, TracePath = traces.Of(number),
        };
        await using var fleet = await Fleet.StartProcessesAsync(processes, Job);
        var reader = Reader(Job(0));
        fleet.Go();
        var lengths = await WatchQueueAsync(reader, time / 2);
        await Task.WhenAll(fleet.Workers.Take(processes / 4).Cast<ProcessWorker>().Select(worker => worker.KillAsync()));
        lengths.AddRange(await WatchQueueAsync(reader, time / 2));
        var survivors = fleet.Workers.Skip(processes / 4).ToList();
        survivors.ForEach(worker => worker.Stop());
        var totals = new WorkTotals(await Task.WhenAll(survivors.Select(worker => worker.FinishAsync())));
        await Until.TrueAsync(async () => (await TotalsAsync(reader)).Held == 0m, TimeSpan.FromMinutes(1));

        totals.AssertNoSurprises();
        var takes = traces.ReadTakes();
        var unused = TurnCheck.Run(takes, PerSecond, QueueLimit);
        var (started, gaveUp, killed) = (Count(takes, CallOutcome.Done), Count(takes, CallOutcome.GaveUp), Count(takes, CallOutcome.None));
        killed.Should().BeLessThanOrEqualTo(processes / 4 * Job(0).Callers, "every caller of a process that lives is answered");
        lengths.Max().Should().BeInRange(1, QueueLimit + 1);
        started.Should().BeGreaterThan(Soak.Times(10, PerSecond * (int)time.TotalSeconds / 2), "a queue that is never empty gives its turns");
        var late = takes.Where(take => take.Outcome == CallOutcome.Done).Min(take => take.Ended - take.Turn);
        return Text($"{started:N0} turns of {PerSecond}/s, {gaveUp:N0} callers gave up, {processes / 4} of {processes} processes killed with {killed} calls: the earliest start {late:N0} µs after its turn, {unused:N0} turns passed unused, at most {lengths.Max():0} of {QueueLimit + 1} queued");
    });

    [Fact]
    public Task No_window_lets_more_through_than_its_limit_and_what_is_denied_takes_nothing() => RunAsync(28, async () =>
    {
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        clock.MoveTo(Start);
        using var traces = new TraceFolder();
        int[] errorHours = [0, 1, 0, -1, 0, 24, 0, -24];
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Take, Seed = Seed + number, Limit = 1_000_000m, LeaseSeconds = 86_400, RetentionSeconds = 86_400, StoreTimeoutSeconds = 30,
            Users = 5, HasWindows = true, Callers = Soak.Times(2, 16), TracePath = traces.Of(number),
            ClockErrorSeconds = (clock.Now - DateTimeOffset.UtcNow).TotalSeconds + (errorHours[number] * 3_600),
        };
        await using var fleet = await Fleet.StartAsync(Job, few: 8);
        fleet.Go();
        await MoveAsync(clock, Soak.Seconds(4, 120));
        fleet.Stop();
        var totals = await fleet.FinishAsync();

        totals.AssertNoSurprises();
        var takes = traces.ReadTakes();
        takes.Should().OnlyContain(take => take.Outcome == CallOutcome.Done || take.Outcome == CallOutcome.Denied);
        var (windows, full) = (0, 0);
        foreach (var (limit, check, level) in await WindowsAsync(Reader(Job(0)), takes, clock, Job(0)))
        {
            check.Overfull.Should().Be(0, "{0} lets no more through than {1}", limit.Id, limit.Limit);
            level.Should().Be(check.LevelAt(Microseconds(clock.Now)), "{0} has counted what was admitted and nothing else", limit.Id);
            (windows, full) = (windows + check.Windows, full + check.Full);
        }
        (await TotalsAsync(Reader(Job(0)))).Should().Be(((decimal)totals.Granted, 0m));
        var refusing = takes.SelectMany(take => take.RefusedBy).Distinct().Count();
        return Text($"{totals.Granted:N0} takes and {totals.Denied:N0} denials within {(clock.Now - Start).TotalHours:N0} hours of the server's clock, by 8 processes off by up to ±1 day; {refusing} of {WorkLimits.Of(Job(0)).Count} limits of 100 ms to 1 h have refused; {windows:N0} windows, {full:N0} of them full, none above its limit; what is left and spent is what was admitted");
    });

    private static int Count(IReadOnlyList<TracedTake> takes, CallOutcome outcome) => takes.Count(take => take.Outcome == outcome);

    private static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The lengths that the queue shows while so much time passes.</summary>
    private static async Task<List<decimal>> WatchQueueAsync(IBudgetFirewall reader, TimeSpan time)
    {
        var (lengths, watch) = (new List<decimal>(), Stopwatch.StartNew());
        while (watch.Elapsed < time)
        {
            lengths.Add((await reader.GetStatusAsync(BudgetScope.Global)).RateLimits.Should().ContainSingle().Which.QueueLength!.Value);
            await Task.Delay(2);
        }
        return lengths;
    }

    // Mostly by a little, so that short windows fill; sometimes by so much that long ones end.
    private async Task MoveAsync(ServerClock clock, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
            await Task.Delay(Random.Next(1, 8));
            clock.MoveTo(clock.Now + TimeSpan.FromMicroseconds(Random.Next(200) switch
            {
                < 170 => Random.Next(1, 40_000),
                < 196 => Random.Next(100_000, 900_000),
                < 199 => Random.Next(5_000_000, 50_000_000),
                _ => Random.NextInt64(300_000_000, 3_000_000_000),
            }));
        }
    }

    /// <summary>Each limit of each scope with its takes and what the store says is left of it.</summary>
    private static async Task<IReadOnlyList<(RateLimit Limit, WindowCheck Check, decimal Level)>> WindowsAsync(IBudgetFirewall reader, IReadOnlyList<TracedTake> takes, ServerClock clock, WorkJob job)
    {
        var all = new List<(RateLimit, WindowCheck, decimal)>();
        var limits = WorkLimits.Of(job).ToDictionary(limit => limit.Id);
        foreach (var scope in takes.Select(take => take.User!).Distinct().Order(StringComparer.Ordinal).Select(BudgetScope.User).Prepend(BudgetScope.Global))
        {
            var own = takes.Where(take => scope == BudgetScope.Global || scope == BudgetScope.User(take.User!)).ToList();
            foreach (var state in (await reader.GetStatusAsync(scope)).RateLimits)
                all.Add((limits[state.RateLimitId], WindowCheck.Of(limits[state.RateLimitId], own), state.Level));
        }
        all.Should().HaveCount(limits.Count + (2 * (job.Users - 1)));
        return all;
    }
}
