using System.Globalization;
using BudgetFirewall.Benchmarks.Memory;
using BudgetFirewall.Redis.Servers;
using StackExchange.Redis;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>The load driver: every load and its baseline in turn, several rounds, on a redis-server of its own.</summary>
internal static class RedisLoad
{
    private const int Callers = 64;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    /// <summary>Runs the part of the load whose name is given, or all parts.</summary>
    public static async Task RunAsync(string[] args)
    {
        await using var server = await RedisServer.StartAsync();
        var part = args is [var name, ..] ? name : null;
        var rounds = args is [_, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 5;
        if (part is null or "calls")
            await CallsAsync(server, rounds);
        if (part is null or "widths")
            await WidthsAsync(server, rounds);
        if (part is null or "algorithms")
            await AlgorithmsAsync(server, rounds);
        if (part is null or "peers")
            await PeersAsync(server, rounds);
        if (part is null or "members")
            await MembersAsync(server, rounds);
        if (part is null or "client")
            await ClientAsync(server, rounds);
        if (part is null or "bytes")
            await BytesAsync(server);
        if (part is null or "processes")
            await ProcessesAsync(server, rounds);
    }

    private static async Task CallsAsync(RedisServer server, int rounds)
    {
        var setting = new LoadSetting();
        var ping = new Trial("PING", Loads.Ping, Callers);
        var noOp = new Trial("no-op script", Loads.NoOp(setting), Callers);
        var bucket = new Trial("plain token-bucket script", Loads.PlainTokenBucket, Callers);
        var reserve = new Trial("reserve, 4 budgets + 1 bucket", Loads.Reserve(setting), Callers);
        var twoNoOps = new Trial("two no-op scripts", Loads.TwoNoOps(setting), Callers);
        var pair = new Trial("reserve + commit", Loads.ReserveAndCommit(setting), Callers);
        var singleNoOp = new Trial("no-op script, 1 caller", Loads.NoOp(setting), 1);
        var single = new Trial("reserve, 1 caller", Loads.Reserve(setting), 1);
        Trial[] trials = [ping, noOp, bucket, reserve, twoNoOps, pair, singleNoOp, single];
        await RunAsync(server, trials, rounds);
        Report.PrintLoads(trials);
        Report.PrintRatios(
        [
            new("reserve / no-op script, calls a second", reserve.Ratio(noOp, run => run.PerSecond), ">= 0.35"),
            new("reserve + commit / two no-op scripts, calls a second", pair.Ratio(twoNoOps, run => run.PerSecond), ">= 0.30"),
            new("reserve / plain token bucket, calls a second", reserve.Ratio(bucket, run => run.PerSecond), ">= 0.60"),
            new("reserve / no-op script, 1 caller, median time", single.Ratio(singleNoOp, run => run.MedianMicroseconds), "<= 1.50"),
            new("reserve / PING, calls a second", reserve.Ratio(ping, run => run.PerSecond), ""),
        ]);
    }

    private static async Task WidthsAsync(RedisServer server, int rounds)
    {
        Trial[] trials = [.. new[] { 1, 4, 8, 16 }.Select(budgets => new Trial($"reserve, {budgets} budgets + 1 bucket", Loads.Reserve(new(budgets)), Callers))];
        await RunAsync(server, trials, rounds);
        Report.PrintLoads(trials);
        Report.PrintRatios([.. trials.Skip(1).Select(trial =>
            new Ratio($"{trial.Name} / 1 budget, time inside the script", trial.Ratio(trials[0], run => run.ScriptMicroseconds), ""))]);
    }

    /// <summary>A check of one rate limit of each algorithm; of sliding windows with about 10, 1,000 and 10,000 takes in them.</summary>
    private static async Task AlgorithmsAsync(RedisServer server, int rounds)
    {
        var bucket = new Trial("token bucket", Loads.Check(RateLimited.TokenBucket), Callers);
        Trial[] others =
        [
            new("leaky bucket", Loads.Check(RateLimited.LeakyBucket), Callers),
            new("fixed window", Loads.Check(RateLimited.FixedWindow), Callers),
            .. new[] { 1, 50, 500 }.Select(milliseconds => new Trial(
                $"sliding window of {milliseconds} ms", Loads.Check(RateLimited.SlidingWindow(TimeSpan.FromMilliseconds(milliseconds))), Callers)),
        ];
        await RunAsync(server, [bucket, .. others], rounds);
        Report.PrintLoads([bucket, .. others]);
        Report.PrintRatios([.. others.Select(other => new Ratio(
            $"{other.Name} / token bucket, time inside the script", other.Ratio(bucket, run => run.ScriptMicroseconds), other.Name.StartsWith("sliding", StringComparison.Ordinal) ? "<= 2.00" : "<= 1.10"))]);
    }

    /// <summary>A check of one rate limit against the same limit of RedisRateLimiting, both over the same client; the window holds some thousand takes.</summary>
    private static async Task PeersAsync(RedisServer server, int rounds)
    {
        var window = TimeSpan.FromMilliseconds(50);
        var bucket = new Trial("token bucket", Loads.Check(RateLimited.TokenBucket), Callers);
        var peerBucket = new Trial("token bucket of RedisRateLimiting", Loads.PeerTokenBucket, Callers);
        var sliding = new Trial("sliding window", Loads.Check(RateLimited.SlidingWindow(window)), Callers);
        var peerSliding = new Trial("sliding window of RedisRateLimiting", Loads.PeerSlidingWindow(window), Callers);
        Trial[] trials = [bucket, peerBucket, sliding, peerSliding];
        await RunAsync(server, trials, rounds);
        Report.PrintLoads(trials);
        Report.PrintRatios([.. new[] { (bucket, peerBucket), (sliding, peerSliding) }.SelectMany(pair => new Ratio[]
        {
            new($"{pair.Item1.Name} / the peer's, calls a second", pair.Item1.Ratio(pair.Item2, run => run.PerSecond), ">= 0.90"),
            new($"{pair.Item1.Name} / the peer's, time inside the script", pair.Item1.Ratio(pair.Item2, run => run.ScriptMicroseconds), "<= 1.30"),
        })]);
    }

    /// <summary>A reservation that meets the budget of a pool's member, against one that meets a budget set by itself.</summary>
    private static async Task MembersAsync(RedisServer server, int rounds)
    {
        var setting = new LoadSetting();
        var member = new Trial("reserve, the budget of a pool's member", Loads.ReserveOfMember(setting, isPooled: true), Callers);
        var single = new Trial("reserve, a budget set at run time", Loads.ReserveOfMember(setting, isPooled: false), Callers);
        await RunAsync(server, [member, single], rounds);
        Report.PrintLoads([member, single]);
        Report.PrintRatios([new("a member's / a budget set at run time, time inside the script", member.Ratio(single, run => run.ScriptMicroseconds), "<= 1.05")]);
    }

    private static async Task ClientAsync(RedisServer server, int rounds)
    {
        var setting = new LoadSetting();
        var shared = new Trial("reserve, replies read by the client's own threads", Loads.Reserve(setting, SocketManager.Shared), Callers);
        var pool = new Trial("reserve, replies read on the thread pool", Loads.Reserve(setting), Callers);
        await RunAsync(server, [shared, pool], rounds);
        Report.PrintLoads([shared, pool]);
        Report.PrintRatios(
        [
            new("thread pool / the client's own threads, calls a second", pool.Ratio(shared, run => run.PerSecond), ">= 1.00"),
            new("thread pool / the client's own threads, processor time of the client a call", pool.Ratio(shared, run => run.ClientMicroseconds), "<= 1.00"),
        ]);
    }

    private static async Task BytesAsync(RedisServer server)
    {
        var setting = new LoadSetting();
        var bare = await Measuring.BytesAsync(server, Loads.NoOp(setting));
        foreach (var (load, name) in new[] { (Loads.StoreReserve(setting), "the store's part of a reservation"), (Loads.Reserve(setting), "a whole reservation") })
        {
            var bytes = await Measuring.BytesAsync(server, load);
            Console.WriteLine(FormattableString.Invariant($"bytes a call: bare {bare:0}, {name} {bytes:0}"));
            Report.PrintRatios([new($"{name} / bare call, bytes allocated", bytes / bare, "<= 1.50")]);
        }
    }

    private static async Task ProcessesAsync(RedisServer server, int rounds)
    {
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var spread = await LoadProcess.RunAsync(server, isHot: false);
            var hot = await LoadProcess.RunAsync(server, isHot: true);
            Console.WriteLine(FormattableString.Invariant($"4 processes, 64 callers: {spread:#,0} reservations a second over 10,000 users, {hot:#,0} on one budget"));
            ratios.Add(hot / spread);
        }
        Report.PrintRatios([new("one hot budget / 10,000 users, 4 processes, calls a second", Report.Median(ratios), ">= 0.90")]);
    }

    private static async Task RunAsync(RedisServer server, Trial[] trials, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var trial in trials)
                trial.Results.Add(await Measuring.RunAsync(server, trial.Load, trial.Callers, Duration));
        }
    }
}
