using System.Collections.Frozen;
using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>An entry as a journal keeps it in JSON. It reads back with the same identity and content; amounts are whole numbers or decimals. The names never change.</summary>
internal sealed class StoredEntry
{
    [JsonPropertyName("k")]
    public LedgerEntryKind Kind { get; set; }

    [JsonPropertyName("i")]
    public string OperationId { get; set; } = "";

    [JsonPropertyName("f")]
    public string? OperationScope { get; set; }

    [JsonPropertyName("p")]
    public string? Partition { get; set; }

    [JsonPropertyName("t")]
    public long TimeMicroseconds { get; set; }

    [JsonPropertyName("s")]
    public Dictionary<string, string>? Scopes { get; set; }

    [JsonPropertyName("o")]
    public string? Operation { get; set; }

    [JsonPropertyName("a")]
    public long AmountNanos { get; set; }

    [JsonPropertyName("y")]
    public string Currency { get; set; } = "";

    [JsonPropertyName("c")]
    public List<StoredCounter>? Counters { get; set; }

    [JsonPropertyName("l")]
    public List<CostLine>? Lines { get; set; }

    [JsonPropertyName("u")]
    public StoredUsage? Usage { get; set; }

    [JsonPropertyName("h")]
    public long? HeldNanos { get; set; }

    [JsonPropertyName("v")]
    public long OverrunNanos { get; set; }

    [JsonPropertyName("g")]
    public EntryFlags Flags { get; set; }

    [JsonPropertyName("d")]
    public DecisionOutcome? Outcome { get; set; }

    /// <summary>0 stands for 1, and is left out.</summary>
    [JsonPropertyName("n")]
    public long Count { get; set; }

    [JsonPropertyName("x")]
    public string? CorrectedEntryId { get; set; }

    [JsonPropertyName("w")]
    public string? Actor { get; set; }

    [JsonPropertyName("r")]
    public string? Reason { get; set; }

    [JsonPropertyName("b")]
    public string? Before { get; set; }

    [JsonPropertyName("j")]
    public string? After { get; set; }

    public static StoredEntry Of(LedgerEntry entry) => new()
    {
        Kind = entry.Kind,
        OperationId = entry.OperationId,
        OperationScope = entry.OperationScope,
        Partition = entry.Partition,
        TimeMicroseconds = entry.TimeMicroseconds,
        Scopes = entry.Scopes.Count == 0 ? null : new(entry.Scopes),
        Operation = entry.Operation,
        AmountNanos = entry.AmountNanos,
        Currency = entry.Currency,
        Counters = entry.Counters.IsEmpty ? null : [.. entry.Counters.Select(StoredCounter.Of)],
        Lines = entry.Lines.IsEmpty ? null : [.. entry.Lines],
        Usage = entry.Usage is { } usage ? StoredUsage.Of(usage) : null,
        HeldNanos = entry.HeldNanos,
        OverrunNanos = entry.OverrunNanos,
        Flags = EntryRows.FlagsOf(entry),
        Outcome = entry.Outcome,
        Count = entry.Count == 1 ? 0 : entry.Count,
        CorrectedEntryId = entry.CorrectedEntryId,
        Actor = entry.Actor,
        Reason = entry.Reason,
        Before = entry.Before,
        After = entry.After,
    };

    /// <exception cref="ArgumentException">A member is not what an entry may have.</exception>
    public LedgerEntry ToEntry() => new()
    {
        Kind = Kind,
        OperationId = OperationId,
        OperationScope = OperationScope,
        Partition = Partition,
        Time = LedgerTime.FromMicroseconds(TimeMicroseconds),
        Scopes = (IReadOnlyDictionary<string, string>?)Scopes ?? FrozenDictionary<string, string>.Empty,
        Operation = Operation,
        AmountNanos = AmountNanos,
        Currency = Currency,
        Counters = [.. (Counters ?? []).Select(counter => counter.ToCounter())],
        Lines = [.. Lines ?? []],
        Usage = Usage?.ToUsage(),
        HeldNanos = HeldNanos,
        OverrunNanos = OverrunNanos,
        IsLate = Flags.HasFlag(EntryFlags.Late),
        IsCostUnknown = Flags.HasFlag(EntryFlags.CostUnknown),
        Outcome = Outcome,
        Count = Count == 0 ? 1 : Count,
        CorrectedEntryId = CorrectedEntryId,
        Actor = Actor,
        Reason = Reason,
        Before = Before,
        After = After,
    };
}
