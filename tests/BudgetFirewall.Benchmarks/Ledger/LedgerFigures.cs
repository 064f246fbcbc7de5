using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using BudgetFirewall.Benchmarks.Redis;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>
/// What a ledger costs: entries a second beside the bare insertion of the same rows in transactions of the same size, bytes per entry, and the time of a month's report and of a page by user.
/// Arguments: <c>ledger sqlite|postgres [ENTRIES[,ENTRIES…] [ENTRIES OF THE BARE INSERTION [DAYS [copy]]]]</c>. With <c>copy</c> the bare insertion into PostgreSQL copies its rows. Each number of entries has a ledger of its own, over the same days.
/// The bare insertion of 0 entries is left out, and so is a ledger of 0 entries.
/// </summary>
internal static class LedgerFigures
{
    private const int BatchSize = 1_000;
    private const int Rounds = 5;

    public static async Task PrintAsync(string[] args)
    {
        int[] sizes = [.. (args.Length > 1 ? args[1] : "100000").Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        var compared = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Math.Min(sizes.Max(), 100_000);
        var days = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 90;
        Func<Task<ILedgerFile>> make = args[0] switch
        {
            "sqlite" => () => Task.FromResult<ILedgerFile>(new SqliteLedgerFile()),
            "postgres" => async () => await PostgresLedgerFile.MakeAsync(isCopied: args.Length > 4 && args[4] == "copy"),
            _ => throw new ArgumentException("The database is sqlite or postgres.", nameof(args)),
        };
        if (compared > 0)
            await PrintWritingAsync(make, compared, days);
        foreach (var entries in sizes.Where(size => size > 0))
        {
            await using var file = await make();
            await using var ledger = file.Open();
            var seconds = await WriteAsync(ledger, entries, days);
            Print($"{entries:N0} entries written", FormattableString.Invariant($"{entries / seconds:N0} a second"));
            Print("bytes per entry, roll-ups and indexes included", FormattableString.Invariant($"{(double)await file.SizeAsync() / entries:N0}"));
            await LedgerReading.PrintAsync(file, ledger);
        }
    }

    private static async Task PrintWritingAsync(Func<Task<ILedgerFile>> make, int entries, int days)
    {
        var ratios = new List<(double Ledger, double Bare)>();
        // The first round compiles what the others run.
        for (var round = 0; round <= Rounds; round++)
        {
            await using var file = await make();
            await using var ledger = file.Open();
            var written = entries / await WriteAsync(ledger, entries, days);
            await using var bare = await make();
            var inserted = entries / await InsertAsync(file, bare);
            if (round > 0)
                ratios.Add((written, inserted));
        }
        Print("entries a second into an empty ledger", FormattableString.Invariant($"{Report.Median(ratios.Select(ratio => ratio.Ledger)):N0}"));
        Print("the bare insertion of the same rows", FormattableString.Invariant($"{Report.Median(ratios.Select(ratio => ratio.Bare)):N0}"));
        double[] ordered = [.. ratios.Select(ratio => ratio.Ledger / ratio.Bare).Order()];
        Print("ratio", FormattableString.Invariant($"{Report.Median(ordered):0.00} ({ordered[0]:0.00} to {ordered[^1]:0.00})"));
    }

    private static async Task<double> WriteAsync(ILedger ledger, int entries, int days)
    {
        var time = TimeSpan.Zero;
        foreach (var batch in new EntryMaker(seed: 1, entries, days).Batches(BatchSize))
        {
            var begin = Stopwatch.GetTimestamp();
            await ledger.AppendAsync(batch);
            time += Stopwatch.GetElapsedTime(begin);
        }
        return time.TotalSeconds;
    }

    /// <summary>Inserts the rows of a ledger into the tables of another, as many entries in one transaction as a ledger writes, and nothing else.</summary>
    private static async Task<double> InsertAsync(ILedgerFile from, ILedgerFile to)
    {
        await using (var ledger = to.Open())
            await ledger.AppendAsync([.. Enumerable.Range(0, 4).Select(month => new LedgerEntry { Kind = LedgerEntryKind.Charge, OperationId = $"{month}", Time = EntryMaker.Begin.AddMonths(month) })]);
        await using var source = await from.ConnectAsync();
        await using var target = await to.ConnectAsync();
        var tables = new List<Dictionary<long, List<object[]>>>();
        foreach (var table in BareTable.All)
        {
            await using var command = target.CreateCommand();
            command.CommandText = $"delete from {table.Name}";
            await command.ExecuteNonQueryAsync();
            tables.Add(await ReadAsync(source, table));
        }
        var time = TimeSpan.Zero;
        foreach (var keys in tables[0].Keys.Order().Chunk(BatchSize))
        {
            var rows = tables.ConvertAll(table => keys.SelectMany(key => table.GetValueOrDefault(key) ?? []).ToList());
            var begin = Stopwatch.GetTimestamp();
            await using var transaction = await target.BeginTransactionAsync();
            await to.InsertAsync(transaction, rows);
            await transaction.CommitAsync();
            time += Stopwatch.GetElapsedTime(begin);
        }
        return time.TotalSeconds;
    }

    private static async Task<Dictionary<long, List<object[]>>> ReadAsync(DbConnection connection, BareTable table)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"select {string.Join(", ", table.Columns)} from {table.Name}";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<long, List<object[]>>();
        while (await reader.ReadAsync())
        {
            var row = new object[table.Columns.Length];
            reader.GetValues(row);
            if (!rows.TryGetValue((long)row[table.KeyColumn], out var list))
                rows[(long)row[table.KeyColumn]] = list = [];
            list.Add(row);
        }
        return rows;
    }

    private static void Print(string what, string value) => Console.WriteLine($"{what}: {value}");
}
