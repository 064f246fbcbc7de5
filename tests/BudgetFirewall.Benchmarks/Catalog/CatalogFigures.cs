using System.Diagnostics;
using System.Globalization;
using BudgetFirewall.Redis.Servers;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Benchmarks.Catalog;

/// <summary>What runtime budgets cost as they become more: to set one, to decide elsewhere after that, to learn all of them, and to keep them.</summary>
internal static class CatalogFigures
{
    private const int Changes = 300;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000];

    public static async Task PrintAsync()
    {
        Console.WriteLine("| store | budgets | set of 1 | set of 1,000 | next decision elsewhere | decision without a change | first decision of a process | kept by a process, each | kept by the store, each | longest script |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var size in Sizes)
        {
            // Disposing it does nothing, so that firewalls can share it.
            var store = new MemoryBudgetStore(TimeProvider.System);
            await PrintAsync("memory", size, () => new BudgetFirewallBuilder().UseStore(_ => store).Build(), server: null);
        }
        foreach (var size in Sizes)
        {
            await using var server = await RedisServer.StartAsync();
            await server.CommandAsync("CONFIG", "SET", "slowlog-log-slower-than", "100");
            await PrintAsync("Redis", size, () => new BudgetFirewallBuilder().Configure(options => options.StoreTimeout = TimeSpan.FromSeconds(30)).UseRedis(server.Address).Build(), server);
        }
    }

    private static async Task PrintAsync(string name, int size, Func<IBudgetFirewall> make, RedisServer? server)
    {
        await using var writer = make();
        await using var reader = make();
        await writer.Budgets.SetAsync(BudgetOf(0, 1m));
        await reader.CheckAsync(RequestOf(0));
        var before = server is null ? GC.GetTotalMemory(forceFullCollection: true) : await UsedMemoryAsync(server);
        var together = await MedianAsync(size / 1_000, async i =>
            await writer.Budgets.SetManyAsync([.. Enumerable.Range(i * 1_000, 1_000).Select(number => BudgetOf(number, 1m))]));
        // In memory, what the writer knows is in it: the store keeps the very budgets.
        var ofStore = (server is null ? GC.GetTotalMemory(forceFullCollection: true) : await UsedMemoryAsync(server)) - before;

        var managed = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        await reader.CheckAsync(RequestOf(size - 1));
        var first = Stopwatch.GetElapsedTime(start);
        var ofReader = GC.GetTotalMemory(forceFullCollection: true) - managed;

        var unchanged = await MedianAsync(Changes, async i => await reader.CheckAsync(RequestOf(i)));
        var sets = new List<TimeSpan>();
        var decisions = new List<TimeSpan>();
        for (var i = 0; i < Changes; i++)
        {
            var number = (i * 7_919) % size;
            sets.Add(await TimeAsync(async () => await writer.Budgets.SetAsync(BudgetOf(number, 2m))));
            decisions.Add(await TimeAsync(async () => await reader.CheckAsync(RequestOf(number))));
        }
        var longest = await LongestScriptAsync(server);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {size:N0} | {Text(Median(sets))} | {Text(together)} | {Text(Median(decisions))} | {Text(unchanged)} | {Text(first)} | {ofReader / size:N0} B | {ofStore / size:N0} B | {longest} |"));
    }

    private static async Task<string> LongestScriptAsync(RedisServer? server)
    {
        if (server is null)
            return "";
        var entries = (RedisResult[])(await server.CommandAsync("SLOWLOG", "GET", "128"))!;
        var scripts = entries.Select(entry => (RedisResult[])entry!).Where(entry => ((string[])entry[3]!)[0].StartsWith("EVAL", StringComparison.OrdinalIgnoreCase));
        return Text(TimeSpan.FromMicroseconds(scripts.Select(entry => (long)entry[2]).Append(0).Max()));
    }

    private static async Task<long> UsedMemoryAsync(RedisServer server) =>
        long.Parse(((string)(await server.CommandAsync("INFO", "memory"))!).Split("used_memory:")[1].Split('\r')[0], CultureInfo.InvariantCulture);

    private static async Task<TimeSpan> MedianAsync(int times, Func<int, Task> call)
    {
        var taken = new List<TimeSpan>();
        for (var i = 0; i < times; i++)
        {
            var number = i;
            taken.Add(await TimeAsync(() => call(number)));
        }
        return Median(taken);
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> call)
    {
        var start = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.000} ms");

    private static Budget BudgetOf(int number, decimal limit) => new() { Scope = BudgetScope.User($"user-{number:000000}"), Limit = limit };

    private static BudgetRequest RequestOf(int number) => new() { Provider = "openai", UserId = $"user-{number:000000}", Cost = 0m };
}
