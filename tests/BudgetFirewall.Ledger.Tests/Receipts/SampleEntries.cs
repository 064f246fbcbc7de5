namespace BudgetFirewall.Ledger.Tests.Receipts;

internal static class SampleEntries
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An entry that has every member, and whose last counter has every member too.</summary>
    public static LedgerEntry Whole => new()
    {
        Kind = LedgerEntryKind.Commit,
        OperationId = "operation:{1}",
        OperationScope = "caller",
        Partition = "acme & sons",
        Time = Noon.AddTicks(1_234_567_890),
        Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["user"] = "alice", ["project"] = "search", ["model"] = "gpt-4o", ["tenant"] = "acme", ["feature"] = "a\0\"\u00e9\ud83d\ude00" },
        Operation = "chat",
        AmountNanos = 350_001,
        Currency = "EUR",
        Counters =
        [
            new("global/month", BudgetScope.Global, new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), null, 350_001),
            new("user/day", BudgetScope.User("alice"), new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero), null, -350_001),
            new("user/none/input_tokens", BudgetScope.User("alice"), null, "input_tokens", 1_000_000_000),
            new("tenant/day/record", BudgetScope.Of("tenant", "acme"), DateTimeOffset.UnixEpoch, "record", 5),
        ],
        Lines = [new("input_tokens", 1_000, 0.00000015m, 0.00015m), new("output_tokens", 333, 0.0000006m, 0.0001998m), new("rounding", 1, 0.0000000004m, 0.0000000004m)],
        PriceVersion = 3,
        Usage = new()
        {
            RequestBytes = 1, ResponseBytes = 2, InputTokens = 1_000, CachedInputTokens = 3, CacheWriteTokens = 4, CacheWriteOneHourTokens = 5, AudioInputTokens = 6, ImageInputTokens = 7, OutputTokens = 333,
            ReasoningTokens = 8, AudioOutputTokens = 9, ImageOutputTokens = 10, ServiceTier = "flex", Units = new Dictionary<string, decimal> { ["record"] = 1.5m, ["image"] = 2m },
        },
        HeldNanos = 400_000,
        OverrunNanos = 7,
        IsLate = true,
        IsCostUnknown = true,
        Outcome = DecisionOutcome.BudgetExceeded,
        Count = 2,
        CorrectedEntryId = "0006484b3f2a4240-0123456789abcdef",
        Actor = "bob",
        Reason = "because; 'quoted'",
        Before = """{"limit":"50"}""",
        After = """{"limit":"75.5"}""",
    };

    public static LedgerEntry Charge(int number, string user = "alice") => new()
    {
        Kind = LedgerEntryKind.Charge,
        OperationId = $"{number}",
        Time = Noon.AddSeconds(number),
        Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["user"] = user },
        Operation = "chat",
        AmountNanos = 1_900_000 + number,
        Counters = [new("user/day", BudgetScope.User(user), Noon.AddHours(-12), null, 1_900_000 + number)],
    };
}
