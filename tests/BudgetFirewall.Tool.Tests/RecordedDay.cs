namespace BudgetFirewall.Tool.Tests;

/// <summary>A ledger with three charges of 10 March 2026.</summary>
internal static class RecordedDay
{
    public const string HostileUser = "mallory\u001B[31m\tx";

    public static DateTimeOffset Morning { get; } = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);

    public static async Task<string> WriteAsync(TemporaryFolder folder)
    {
        var path = folder.At("ledger.db");
        await using var ledger = SqliteLedger.Open($"Data Source={path}");
        await ledger.AppendAsync([Paid("a", "alice", 0, 0.000000002m), Paid("b", "bob", 1, 1.5m), Paid("c", "alice", 2, 3m)]);
        await ledger.AppendAsync([Paid("d", HostileUser, 3, 0.25m)]);
        return path;
    }

    private static LedgerEntry Paid(string id, string user, int minutes, decimal amount) => new()
    {
        Kind = LedgerEntryKind.Spend,
        OperationId = id,
        Time = Morning.AddMinutes(minutes),
        AmountNanos = (long)(amount * 1_000_000_000m),
        Operation = "chat",
        Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["user"] = user },
    };
}
