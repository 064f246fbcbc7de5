using System.Diagnostics;
using BudgetFirewall.Benchmarks.Redis;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>The time that reports and pages of a ledger take, and that a bare <c>GROUP BY</c> over the entries takes for the same report.</summary>
internal static class LedgerReading
{
    private const int Repetitions = 7;
    private const int BareRepetitions = 3;
    private const int KeyBits = 20;

    private static readonly LedgerReportRequest Month = new()
    {
        From = EntryMaker.Begin.AddMonths(1), To = EntryMaker.Begin.AddMonths(2), GroupBy = ["project"], Interval = LedgerInterval.Day, TimeZone = "Europe/Berlin",
    };

    // Berlin's clock is an hour ahead in all of the month.
    private static string GroupBy(ILedgerFile file) => $"""
        select a.scopes{file.JsonCast} ->> k.kind, (e.time_us + 3600000000) / 86400000000, cast(sum(e.amount_nanos) as bigint), count(*)
        from ledger_entries e
        join ledger_attributions a on a.id = e.attribution_id
        join (select cast(id as text) as kind from ledger_names where name = 'project') k on true
        where e.id >= {Month.From.ToUnixTimeMilliseconds() << KeyBits} and e.id < {Month.To.ToUnixTimeMilliseconds() << KeyBits}
        group by 1, 2
        """;

    public static async Task PrintAsync(ILedgerFile file, ILedger ledger)
    {
        await AnalyzeAsync(file);
        var report = await PrintTimeAsync("a month by project and day", Repetitions, async () => (await ledger.ReportAsync(Month)).Rows.Length);
        await PrintTimeAsync("a month by project, model and day", Repetitions, async () => (await ledger.ReportAsync(Month with { GroupBy = ["project", "model"] })).Rows.Length);
        if ((await GroupAsync(file)).Nanos != (await ledger.ReportAsync(Month)).Amount * 1_000_000_000m)
            throw new InvalidOperationException("The report has another sum than its entries.");
        var grouped = await PrintTimeAsync("the same, a GROUP BY over the entries", BareRepetitions, async () => (await GroupAsync(file)).Rows);
        Console.WriteLine(FormattableString.Invariant($"the report beside the GROUP BY: {report / grouped:0.000}"));
        foreach (var user in new[] { "user-0", "user-900" })
        {
            var query = new LedgerQuery { To = EntryMaker.Begin.AddDays(60), Scopes = new Dictionary<string, string> { ["user"] = user } };
            await PrintTimeAsync($"a page of 100 entries of {user}", Repetitions, async () => (await ledger.ReadEntriesAsync(query)).Entries.Length);
        }
        await PrintTimeAsync("a page of 100 entries", Repetitions, async () => (await ledger.ReadEntriesAsync(new() { To = EntryMaker.Begin.AddDays(60) })).Entries.Length);
    }

    private static async Task<(int Rows, long Nanos)> GroupAsync(ILedgerFile file)
    {
        await using var connection = await file.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = GroupBy(file);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync();
        var (rows, nanos) = (0, 0L);
        for (; await reader.ReadAsync(); rows++)
            nanos += reader.GetInt64(2);
        return (rows, nanos);
    }

    /// <summary>The median of some repetitions after the first, in milliseconds.</summary>
    private static async Task<double> PrintTimeAsync(string what, int repetitions, Func<Task<int>> read)
    {
        var rows = await read();
        var times = new List<double>();
        for (var i = 0; i < repetitions; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            await read();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        Console.WriteLine(FormattableString.Invariant($"{what} ({rows:N0} rows): {Report.Median(times):0.0} ms, at least {times.Min():0.0}"));
        return Report.Median(times);
    }

    // A server does this by itself some time after so many rows have come.
    private static async Task AnalyzeAsync(ILedgerFile file)
    {
        await using var connection = await file.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "analyze";
        if (file is PostgresLedgerFile)
            await command.ExecuteNonQueryAsync();
    }
}
