using System.Diagnostics;
using System.Globalization;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>One of several processes that put a load on one server.</summary>
internal static class LoadProcess
{
    public const string Word = "redis-process";

    private const int Processes = 4;
    private const int Callers = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    /// <summary>Starts all processes on an empty server and gives the reservations a second of all together.</summary>
    public static async Task<double> RunAsync(RedisServer server, bool isHot)
    {
        await server.Server.FlushAllDatabasesAsync();
        var processes = Enumerable.Range(0, Processes).Select(_ => Start(server.Address, isHot)).ToArray();
        foreach (var process in processes)
            _ = await process.StandardOutput.ReadLineAsync();
        foreach (var process in processes)
            process.StandardInput.WriteLine();
        var sum = 0.0;
        foreach (var process in processes)
        {
            sum += double.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        return sum;
    }

    /// <summary>What each process does: says that it is ready, waits for a line, and says how many reservations a second it has made.</summary>
    public static async Task ServeAsync(string address, bool isHot)
    {
        var connection = await Loads.ConnectAsync(address);
        await using var firewall = LoadSetting.OneBudget(connection);
        var requests = Enumerable.Range(0, isHot ? 1 : 10_000).Select(user => new BudgetRequest { Provider = "openai", UserId = $"user-{user:000000}", Cost = 0.000_01m }).ToArray();
        await Loads.ReserveAsync(firewall, requests[0]);
        Console.WriteLine("ready");
        _ = Console.ReadLine();

        var begin = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var calls = 0;
            for (var i = caller; Stopwatch.GetElapsedTime(begin) < Duration; i += Callers, calls++)
                await Loads.ReserveAsync(firewall, requests[i % requests.Length]);
            return calls;
        })));
        Console.WriteLine((counts.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds).ToString(CultureInfo.InvariantCulture));
        await connection.CloseAsync();
    }

    private static Process Start(string address, bool isHot)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(LoadProcess).Assembly.Location);
        foreach (var argument in new[] { Word, address, isHot ? "hot" : "spread" })
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("The process does not start.");
    }
}
