using System.Diagnostics;
using System.Globalization;
using BudgetFirewall.Benchmarks.Redis;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>
/// What receipts cost: the writing of entries with leaves as a ratio to that without, the size of a receipt and the times of getting and verifying one, and the time of verifying the whole ledger.
/// Arguments: <c>receipts sqlite|postgres [ENTRIES [ENTRIES OF THE COMPARISON]]</c>.
/// </summary>
internal static class ReceiptFigures
{
    private const int BatchSize = 1_000;
    private const int Receipts = 200;
    private const int Days = 90;
    private const int Rounds = 5;

    public static async Task PrintAsync(string[] args)
    {
        var entries = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;
        var compared = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 50_000;
        Func<Task<ILedgerFile>> make = args[0] switch
        {
            "sqlite" => () => Task.FromResult<ILedgerFile>(new SqliteLedgerFile()),
            "postgres" => async () => await PostgresLedgerFile.MakeAsync(),
            _ => throw new ArgumentException("The database is sqlite or postgres.", nameof(args)),
        };
        if (compared > 0)
            await PrintRatioAsync(make, compared);
        await using var file = await make();
        await using var ledger = file.Open();
        using var signer = EcdsaSigner.Generate();
        var receipts = Of(ledger, signer);
        Print($"{entries:N0} entries written", FormattableString.Invariant($"{entries / await WriteAsync(ledger, entries):N0} a second"));
        Print("bytes per entry, leaves included", FormattableString.Invariant($"{(double)await file.SizeAsync() / entries:N0}"));
        await PrintReceiptsAsync(ledger, receipts, signer.Key);
        var begin = Stopwatch.GetTimestamp();
        var result = await receipts.VerifyAllAsync();
        Print($"{result.Entries:N0} entries verified, {result.Findings.Length} findings", FormattableString.Invariant($"{Stopwatch.GetElapsedTime(begin).TotalSeconds:N1} s"));
    }

    private static LedgerReceipts Of(ILedger ledger, EcdsaSigner signer) => LedgerReceipts.Of(ledger, new() { Origin = "example.com/ledger", Signer = signer });

    private static async Task PrintRatioAsync(Func<Task<ILedgerFile>> make, int entries)
    {
        using var signer = EcdsaSigner.Generate();
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var plain = await make();
            await using var proved = await make();
            await using var without = plain.Open();
            await using var with = proved.Open();
            _ = Of(with, signer);
            // In turns, so that whatever else the machine does falls on both.
            var (withoutTime, withTime) = (TimeSpan.Zero, TimeSpan.Zero);
            foreach (var batch in new EntryMaker(seed: 1, entries, Days).Batches(BatchSize))
            {
                withoutTime += await AppendAsync(without, batch);
                withTime += await AppendAsync(with, batch);
            }
            ratios.Add(withTime / withoutTime);
        }
        Print($"time of writing {entries:N0} entries with leaves to that without", FormattableString.Invariant($"{Report.Median(ratios):0.00} ({ratios.Min():0.00} to {ratios.Max():0.00})"));
    }

    private static async Task PrintReceiptsAsync(ILedger ledger, LedgerReceipts receipts, ReceiptKey key)
    {
        await receipts.CheckpointAsync();
        var ids = (await ledger.ReadEntriesAsync(new() { Limit = Receipts })).Entries.Select(entry => entry.Id).ToList();
        var made = new List<byte[]>();
        var begin = Stopwatch.GetTimestamp();
        foreach (var id in ids)
            made.Add((await receipts.GetAsync(id))!.ToJson());
        Print("getting a receipt", FormattableString.Invariant($"{Stopwatch.GetElapsedTime(begin).TotalMilliseconds / ids.Count:0.00} ms"));
        begin = Stopwatch.GetTimestamp();
        foreach (var receipt in made)
        {
            if (!ReceiptVerifier.Verify(receipt, [key]).IsValid)
                throw new InvalidOperationException("A receipt is not valid.");
        }
        Print("verifying a receipt", FormattableString.Invariant($"{Stopwatch.GetElapsedTime(begin).TotalMicroseconds / ids.Count:N0} µs"));
        Print("bytes of a receipt, and hashes of its proof", $"{made.Average(receipt => receipt.Length):N0}, {LedgerReceipt.Parse(made[0]).Proof.Length}");
    }

    private static async Task<double> WriteAsync(ILedger ledger, int entries)
    {
        var time = TimeSpan.Zero;
        foreach (var batch in new EntryMaker(seed: 1, entries, Days).Batches(BatchSize))
            time += await AppendAsync(ledger, batch);
        return time.TotalSeconds;
    }

    private static async Task<TimeSpan> AppendAsync(ILedger ledger, LedgerEntry[] batch)
    {
        var begin = Stopwatch.GetTimestamp();
        await ledger.AppendAsync(batch);
        return Stopwatch.GetElapsedTime(begin);
    }

    private static void Print(string what, string value) => Console.WriteLine($"{what}: {value}");
}
