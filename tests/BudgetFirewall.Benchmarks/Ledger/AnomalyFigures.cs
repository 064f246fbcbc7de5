using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>
/// What the evaluation of one hour takes: seconds and processor time for many scopes that have all spent enough to be looked at, with eight weeks each, and for as many that are new. Arguments: <c>anomalies sqlite|postgres [SCOPES]</c>.
/// </summary>
internal static class AnomalyFigures
{
    private const int Weeks = 8;
    private const long QuartersPerHour = 4;
    private const long QuartersPerWeek = 672;

    private static readonly DateTimeOffset Hour = new(2026, 3, 10, 14, 0, 0, TimeSpan.Zero);

    public static async Task PrintAsync(string[] args)
    {
        var scopes = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;
        await using ILedgerFile file = args[0] switch
        {
            "sqlite" => new SqliteLedgerFile(),
            "postgres" => await PostgresLedgerFile.MakeAsync(),
            _ => throw new ArgumentException("The database is sqlite or postgres.", nameof(args)),
        };
        await using var ledger = file.Open();
        foreach (var kind in new[] { "user", "project" })
            await ledger.AppendAsync([new() { Kind = LedgerEntryKind.Charge, OperationId = kind, Time = Hour.AddDays(-400), AmountNanos = 1, Scopes = new Dictionary<string, string> { [kind] = "first" } }]);
        await FillAsync(file, "user", scopes, Weeks);
        await FillAsync(file, "project", scopes, weeks: 0);
        await EvaluateAsync(ledger, "user", $"{scopes:N0} scopes with {Weeks} weeks");
        await EvaluateAsync(ledger, "project", $"{scopes:N0} new scopes");
    }

    /// <summary>Writes the roll-ups of scopes for the hour and for the same one of some weeks before it, in each of their quarters.</summary>
    private static async Task FillAsync(ILedgerFile file, string kind, int scopes, int weeks)
    {
        var first = (Hour - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.FromMinutes(15).Ticks;
        await using var connection = await file.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync($"with recursive n(i) as (select 1 union all select i + 1 from n where i < {scopes}) insert into ledger_scopes (kind_id, scope) select k.id, 'scope-' || n.i from n, ledger_names k where k.name = '{kind}'");
        for (var week = 0; week <= weeks; week++)
        {
            for (var quarter = 0; quarter < QuartersPerHour; quarter++)
            {
                var place = first - (week * QuartersPerWeek) + quarter;
                var amount = $"1000000000 + (s.id * 7919 + {week} * 104729) % 500000000";
                await ExecuteAsync($"insert into ledger_scope_rollups (kind_id, quarter, scope_id, amount_nanos, calls) select s.kind_id, {place}, s.id, {amount}, 1 from ledger_scopes s join ledger_names k on k.id = s.kind_id where k.name = '{kind}'");
            }
        }
        await transaction.CommitAsync();

        async Task ExecuteAsync(string text)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = text;
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task EvaluateAsync(ILedger ledger, string kind, string what)
    {
        await using var anomalies = LedgerAnomalies.Open(ledger, options => options.Kinds = [kind], timeProvider: new StandingClock(Hour.AddMinutes(59)));
        var (before, begin) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
        var evaluation = await anomalies.EvaluateAsync();
        var (time, processor) = (Stopwatch.GetElapsedTime(begin), Process.GetCurrentProcess().TotalProcessorTime - before);
        var memory = Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
        Console.WriteLine(FormattableString.Invariant($"{what}: {time.TotalSeconds:0.0} s, {processor.TotalSeconds:0.0} s of processor time, {memory:N0} MB at most; {evaluation.Scopes:N0} looked at, {evaluation.Found} found"));
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
