using System.Diagnostics;
using BudgetFirewall.Benchmarks.Memory;
using BudgetFirewall.Benchmarks.Redis;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Benchmarks.Denials;

/// <summary>Refusals a second of a budget that is used up: by a denial that the process remembers, and by the store in memory, one after the other in the same run.</summary>
internal static class RefusalThroughput
{
    private const int Rounds = 9;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    private static readonly BudgetRequest Request = new() { Provider = "openai", UserId = "alice", ProjectId = "search", Cost = 0.01m };

    public static async Task PrintAsync()
    {
        foreach (var threads in new[] { 1, Environment.ProcessorCount })
        {
            await using var remembering = await UsedUpAsync(TimeSpan.FromSeconds(1));
            await using var asking = await UsedUpAsync(TimeSpan.Zero);
            Run(remembering.Firewall, threads);
            Run(asking.Firewall, threads);
            var runs = new List<(double Remembered, double Asked)>();
            var before = remembering.Store.Decisions;
            var begin = Stopwatch.GetTimestamp();
            for (var round = 0; round < Rounds; round++)
                runs.Add(round % 2 == 0 ? (Run(remembering.Firewall, threads), Run(asking.Firewall, threads)) : Swap(Run(asking.Firewall, threads), Run(remembering.Firewall, threads)));
            var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            Console.WriteLine(FormattableString.Invariant(
                $"{threads} threads: remembered {Report.Median(runs.Select(run => run.Remembered)):N0}/s, by the store in memory {Report.Median(runs.Select(run => run.Asked)):N0}/s, ratio {Report.Median(runs.Select(run => run.Remembered / run.Asked)):0.00}; {remembering.Store.Decisions - before} calls reached the store in {seconds:N0} s"));
        }
    }

    private static (double Remembered, double Asked) Swap(double asked, double remembered) => (remembered, asked);

    private static double Run(IBudgetFirewall firewall, int threads)
    {
        var refusals = new long[threads];
        var begin = Stopwatch.GetTimestamp();
        var running = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            var count = 0L;
            while ((count & 255) != 0 || Stopwatch.GetElapsedTime(begin) < RoundTime)
            {
                if (firewall.TryReserveAsync(Request).AtOnce().IsGranted)
                    throw new InvalidOperationException("The budget is not used up.");
                count++;
            }
            refusals[thread] = count;
        })).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        return refusals.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static async Task<UsedUp> UsedUpAsync(TimeSpan denialCache)
    {
        var store = new CountedStore(new MemoryBudgetStore(TimeProvider.System));
        var builder = new BudgetFirewallBuilder().Configure(options =>
        {
            options.DenialCache = denialCache;
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1m, Period = BudgetPeriod.None });
            options.Budgets.Add(new() { Scope = BudgetScope.Each("project"), Limit = 1_000m, Period = BudgetPeriod.None });
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1_000m, Period = BudgetPeriod.None });
        });
        // Without a denial cache the store is the plain one, which the firewall knows to answer at once.
        var firewall = (denialCache > TimeSpan.Zero ? builder.UseStore(_ => store) : builder).Build();
        await firewall.ChargeAsync(Request with { Cost = 1m });
        return new(firewall, store);
    }

    private sealed record UsedUp(IBudgetFirewall Firewall, CountedStore Store) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Firewall.DisposeAsync();
    }

    private sealed class CountedStore(IBudgetStore inner) : DelegatingBudgetStore(inner)
    {
        private long _decisions;

        public long Decisions => Interlocked.Read(ref _decisions);

        public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            Interlocked.Increment(ref _decisions);
            return base.DecideAsync(call);
        }
    }
}
