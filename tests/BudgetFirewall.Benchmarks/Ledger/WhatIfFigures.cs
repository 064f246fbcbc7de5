using System.Diagnostics;
using BudgetFirewall.Benchmarks.Redis;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>
/// Entries a second of a replay, beside the same calls made of a firewall with the bare memory store, one after the other in the same run: first with the entries in memory, then with the replay reading them from SQLite.
/// </summary>
internal static class WhatIfFigures
{
    private const int Rounds = 7;
    private const int Days = 30;

    public static async Task PrintAsync(string[] args)
    {
        var count = args is [var text] ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 200_000;
        var entries = new EntryMaker(seed: 1, count, Days).Batches(1_000).SelectMany(batch => batch).ToList();
        await using var memory = new ListedLedger(entries);
        await CompareAsync("entries in memory", memory, entries);
        await using var file = new SqliteLedgerFile();
        await using var ledger = file.Open();
        foreach (var batch in entries.Chunk(10_000))
            await ledger.AppendAsync(batch);
        await CompareAsync("entries in SQLite", ledger, entries);
    }

    private static async Task CompareAsync(string what, ILedger ledger, List<LedgerEntry> entries)
    {
        await ReplayAsync(ledger, entries);
        await BareAsync(entries);
        var runs = new List<(double Replay, double Bare)>();
        for (var round = 0; round < Rounds; round++)
        {
            var bareFirst = round % 2 == 0 ? await BareAsync(entries) : 0;
            var replay = await ReplayAsync(ledger, entries);
            runs.Add((replay, bareFirst > 0 ? bareFirst : await BareAsync(entries)));
        }
        Console.WriteLine(FormattableString.Invariant(
            $"{entries.Count:N0} {what}: replay {Report.Median(runs.Select(run => run.Replay)):N0}/s, bare store {Report.Median(runs.Select(run => run.Bare)):N0}/s, ratio {Report.Median(runs.Select(run => run.Replay / run.Bare)):0.00}"));
    }

    private static async Task<double> ReplayAsync(ILedger ledger, List<LedgerEntry> entries)
    {
        var begin = Stopwatch.GetTimestamp();
        var report = await WhatIf.RunAsync(ledger, new() { From = EntryMaker.Begin, To = EntryMaker.Begin.AddDays(Days + 1), Configure = Limits });
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return report.Asked == entries.Count ? entries.Count / seconds : throw new InvalidOperationException($"{report.Asked} of {entries.Count} entries were asked for.");
    }

    // A reservation and its commit for each entry, as the replay makes them, on a clock that is moved in the same way.
    private static async Task<double> BareAsync(List<LedgerEntry> entries)
    {
        var clock = new MovedClock();
        await using var firewall = new BudgetFirewallBuilder().Configure(Limits).UseTimeProvider(clock).Build();
        var begin = Stopwatch.GetTimestamp();
        foreach (var entry in entries)
        {
            clock.Now = entry.Time;
            var reservation = await firewall.TryReserveAsync(new()
            {
                Provider = entry.Provider!,
                Operation = entry.Operation!,
                UserId = entry.UserId,
                ProjectId = entry.ProjectId,
                Model = entry.Model,
                Dimensions = new Dictionary<string, string> { ["tenant"] = entry.Scopes["tenant"] },
                Usage = entry.Usage,
                Cost = entry.HeldNanos!.Value / 1_000_000_000m,
            });
            if (reservation.IsGranted)
                await reservation.CommitAsync(entry.Amount);
        }
        return entries.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static void Limits(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new() { Id = "all", Scope = BudgetScope.Global, Limit = 1_000_000m, Period = BudgetPeriod.Month });
        options.Budgets.Add(new() { Id = "users", Scope = BudgetScope.Each("user"), Limit = 1m });
        options.Budgets.Add(new() { Id = "projects", Scope = BudgetScope.Each("project"), Limit = 1_000m, Period = BudgetPeriod.Month });
        options.RateLimits.Add(new() { Id = "tokens", Scope = BudgetScope.Each("user"), Capacity = 1_000_000, RefillPerSecond = 1_000, Unit = "input_tokens" });
    }

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = EntryMaker.Begin;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.UtcTicks;
    }
}
