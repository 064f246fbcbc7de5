namespace BudgetFirewall.Receipts;

/// <summary>A receipt as JSON. Amounts are decimal text, hashes and salts base64. The names never change.</summary>
internal sealed class ReceiptJson
{
    public required EntryJson Entry { get; init; }

    public long LeafIndex { get; init; }

    public long TreeSize { get; init; }

    public required List<string> Proof { get; init; }

    public required string Checkpoint { get; init; }

    /// <summary>The entry, whole, with the names that it has over HTTP.</summary>
    internal sealed class EntryJson
    {
        public required string EntryId { get; init; }

        public required string Time { get; init; }

        public required string Kind { get; init; }

        public required string OperationId { get; init; }

        public string? OperationScope { get; init; }

        public string? Partition { get; init; }

        public required string Amount { get; init; }

        public required string Currency { get; init; }

        public string? Provider { get; init; }

        public string? Model { get; init; }

        public string? Operation { get; init; }

        public string? UserId { get; init; }

        public string? ProjectId { get; init; }

        public Dictionary<string, string>? Dimensions { get; init; }

        public List<LineJson>? Lines { get; init; }

        public long? PriceVersion { get; init; }

        public UsageJson? Usage { get; init; }

        public List<CounterJson>? Counters { get; init; }

        public string? Held { get; init; }

        public string? Overrun { get; init; }

        public bool IsLate { get; init; }

        public bool IsCostUnknown { get; init; }

        public string? Outcome { get; init; }

        public long? Count { get; init; }

        public string? CorrectedEntryId { get; init; }

        public string? Actor { get; init; }

        public string? Reason { get; init; }

        public string? Before { get; init; }

        public string? After { get; init; }

        public List<PersonalJson>? PersonalValues { get; init; }
    }

    internal sealed class LineJson
    {
        public required string Name { get; init; }

        public required string Quantity { get; init; }

        public required string UnitPrice { get; init; }

        public required string Amount { get; init; }
    }

    internal sealed class CounterJson
    {
        public required string Family { get; init; }

        public required string Scope { get; init; }

        public string? PeriodStart { get; init; }

        public string? Unit { get; init; }

        public required string Amount { get; init; }
    }

    internal sealed class UsageJson
    {
        public long RequestBytes { get; init; }

        public long ResponseBytes { get; init; }

        public long? InputTokens { get; init; }

        public long? CachedInputTokens { get; init; }

        public long? CacheWriteTokens { get; init; }

        public long? CacheWriteOneHourTokens { get; init; }

        public long? AudioInputTokens { get; init; }

        public long? ImageInputTokens { get; init; }

        public long? OutputTokens { get; init; }

        public long? ReasoningTokens { get; init; }

        public long? AudioOutputTokens { get; init; }

        public long? ImageOutputTokens { get; init; }

        public string? ServiceTier { get; init; }

        public Dictionary<string, string>? Units { get; init; }
    }

    /// <summary>A personal value: its salt, or what is left of it when it was erased.</summary>
    internal sealed class PersonalJson
    {
        public required string Kind { get; init; }

        public string? Id { get; init; }

        public string? Salt { get; init; }

        public string? Commitment { get; init; }
    }
}
