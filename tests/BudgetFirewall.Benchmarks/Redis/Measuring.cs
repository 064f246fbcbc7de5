using System.Diagnostics;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>Runs a load on an empty server: every scope once before the clock starts, then for a given time.</summary>
internal static class Measuring
{
    private const int WarmUpCalls = 10_000;

    public static async Task<Measurement> RunAsync(RedisServer server, Load load, int callers, TimeSpan duration)
    {
        await server.Server.FlushAllDatabasesAsync();
        await using var started = await load.StartAsync(server);
        await CallAsync(started, Math.Max(callers, 16), WarmUpCalls);
        GC.Collect();

        var latencies = new List<double>[callers];
        var (use, processor, begin) = (await ServerUse.OfAsync(server), Processor(), Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () => latencies[caller] = await CallForAsync(started, caller, callers, duration))));
        var (elapsed, used, busy) = (Stopwatch.GetElapsedTime(begin), await ServerUse.OfAsync(server) - use, Processor() - processor);

        var all = latencies.SelectMany(times => times).ToArray();
        Array.Sort(all);
        return new(
            all.Length / elapsed.TotalSeconds,
            all[all.Length / 2],
            used.ScriptMicroseconds / all.Length,
            used.ProcessorSeconds * 1e6 / all.Length,
            busy.TotalMicroseconds / all.Length);
    }

    /// <summary>The bytes allocated by one call, beside what runs anyway.</summary>
    public static async Task<double> BytesAsync(RedisServer server, Load load)
    {
        const int Calls = 20_000;
        await server.Server.FlushAllDatabasesAsync();
        await using var started = await load.StartAsync(server);
        await CallAsync(started, 1, WarmUpCalls);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < Calls; i++)
            await started.CallAsync(i);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Calls;
    }

    private static Task CallAsync(StartedLoad load, int callers, int calls) => Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
    {
        for (var i = caller; i < calls; i += callers)
            await load.CallAsync(i);
    }));

    private static async Task<List<double>> CallForAsync(StartedLoad load, int caller, int callers, TimeSpan duration)
    {
        var times = new List<double>(100_000 / callers);
        var begin = Stopwatch.GetTimestamp();
        for (var i = caller; ; i += callers)
        {
            var call = Stopwatch.GetTimestamp();
            await load.CallAsync(i);
            times.Add(Stopwatch.GetElapsedTime(call).TotalMicroseconds);
            if (Stopwatch.GetElapsedTime(begin) > duration)
                return times;
        }
    }

    private static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;
}
