using System.Diagnostics;
using BudgetFirewall.Benchmarks.Redis;
using BudgetFirewall.Storage;
using BudgetFirewall.Testing;

namespace BudgetFirewall.Benchmarks.Outbox;

/// <summary>How fast charges are kept while the store is away, and delivered when it is back, beside a file that is appended to and flushed to disk.</summary>
internal static class OutboxThroughput
{
    private const int Charges = 2_000;
    private const int Rounds = 5;

    public static async Task PrintAsync()
    {
        var folder = Directory.CreateTempSubdirectory("budgetfirewall-outbox-").FullName;
        try
        {
            var runs = new List<Run>();
            for (var round = 0; round < Rounds; round++)
            {
                var flushed = AppendAndFlush(Path.Combine(folder, $"baseline-{round}"));
                var inMemory = await MeasureAsync(path: null);
                var inFile = await MeasureAsync(Path.Combine(folder, $"journal-{round}"));
                runs.Add(new(flushed, inMemory, inFile));
            }
            Print("a line appended and flushed to disk (baseline)", runs, run => run.Flushed);
            Print("a charge kept in memory", runs, run => run.InMemory.Kept);
            Print("a charge kept in a file", runs, run => run.InFile.Kept);
            Print("a charge delivered from memory", runs, run => run.InMemory.Delivered);
            Print("a charge delivered from a file", runs, run => run.InFile.Delivered);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(string what, List<Run> runs, Func<Run, double> microseconds)
    {
        var (time, ratio) = (Report.Median(runs.Select(microseconds)), Report.Median(runs.Select(run => microseconds(run) / run.Flushed)));
        Console.WriteLine(FormattableString.Invariant($"{what}: {time:N1} us, {ratio:0.00} x the baseline"));
    }

    private static double AppendAndFlush(string path)
    {
        var line = new byte[300];
        Array.Fill(line, (byte)'x');
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < Charges; i++)
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
        return Each(begin);
    }

    private static async Task<OutboxRun> MeasureAsync(string? path)
    {
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(TimeProvider.System));
        var delivered = new DeliveryClock();
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1_000_000m });
                options.Outbox.IsEnabled = true;
                options.Outbox.Path = path;
            })
            .UseStore(_ => chaos)
            .AddObserver(delivered)
            .Build();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < Charges; i++)
            _ = await firewall.ChargeAsync(new() { Provider = "openai", UserId = $"user-{i % 100:00}", Cost = 0.01m });
        var kept = Each(begin);
        chaos.Heal();
        while (firewall.Outbox.Count > 0)
            await Task.Delay(50);
        return new(kept, delivered.MicrosecondsEach);
    }

    private static double Each(long begin) => Stopwatch.GetElapsedTime(begin).TotalMicroseconds / Charges;

    private sealed record Run(double Flushed, OutboxRun InMemory, OutboxRun InFile);

    private sealed record OutboxRun(double Kept, double Delivered);

    /// <summary>The time from the first charge that is heard of to the last. The pause until the store is asked again is not the delivery's time.</summary>
    private sealed class DeliveryClock : IBudgetObserver
    {
        private long _first;
        private long _last;
        private int _count;

        public double MicrosecondsEach => Stopwatch.GetElapsedTime(_first, _last).TotalMicroseconds / (_count - 1);

        public void OnCharged(ChargeReceipt receipt)
        {
            _last = Stopwatch.GetTimestamp();
            if (_count++ == 0)
                _first = _last;
        }
    }
}
