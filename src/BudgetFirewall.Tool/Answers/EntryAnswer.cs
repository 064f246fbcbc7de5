using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Tool;

/// <summary>One entry of the ledger.</summary>
internal sealed record EntryAnswer
{
    private const decimal NanosOfOne = 1_000_000_000m;

    private static readonly HashSet<string> OwnMembers = new(["provider", "user", "project", "model"], StringComparer.Ordinal);

    /// <summary>The first line of a CSV file of entries.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["entryId", "time", "kind", "operationId", "amount", "currency", "provider", "model", "operation", "userId", "projectId", "dimensions", "count", "outcome", "correctedEntryId", "partition"];

    public required string EntryId { get; init; }

    public required DateTimeOffset Time { get; init; }

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

    public required IReadOnlyDictionary<string, string> Dimensions { get; init; }

    public required IReadOnlyList<CostLineAnswer> Lines { get; init; }

    public required IReadOnlyList<CounterAnswer> Counters { get; init; }

    public long? PriceVersion { get; init; }

    public string? Held { get; init; }

    public required string Overrun { get; init; }

    public required bool IsLate { get; init; }

    public required bool IsCostUnknown { get; init; }

    public string? Outcome { get; init; }

    public required long Count { get; init; }

    public string? CorrectedEntryId { get; init; }

    public string? Actor { get; init; }

    public string? Reason { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    /// <summary>What the service says beyond that, as the usage, kept for programs.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    [JsonIgnore]
    public IEnumerable<string?> Cells =>
    [
        EntryId, Texts.Of(Time), Kind, OperationId, Amount, Currency, Provider, Model, Operation, UserId, ProjectId,
        Dimensions.Count == 0 ? null : JsonSerializer.Serialize(Dimensions, AnswerJson.Default.IReadOnlyDictionaryStringString), Texts.Count(Count), Outcome, CorrectedEntryId, Partition,
    ];

    public static EntryAnswer Of(LedgerEntry entry) => new()
    {
        EntryId = entry.Id,
        Time = entry.Time,
        Kind = Texts.Of(entry.Kind),
        OperationId = entry.OperationId,
        OperationScope = entry.OperationScope,
        Partition = entry.Partition,
        Amount = Texts.Of(entry.Amount),
        Currency = entry.Currency,
        Provider = entry.Provider,
        Model = entry.Model,
        Operation = entry.Operation,
        UserId = entry.UserId,
        ProjectId = entry.ProjectId,
        Dimensions = entry.Scopes.Where(scope => !OwnMembers.Contains(scope.Key)).ToDictionary(StringComparer.Ordinal),
        Lines = [.. entry.Lines.Select(CostLineAnswer.Of)],
        Counters = [.. entry.Counters.Select(CounterAnswer.Of)],
        PriceVersion = entry.PriceVersion,
        Held = entry.HeldNanos is { } held ? Texts.Of(held / NanosOfOne) : null,
        Overrun = Texts.Of(entry.OverrunNanos / NanosOfOne),
        IsLate = entry.IsLate,
        IsCostUnknown = entry.IsCostUnknown,
        Outcome = entry.Outcome is { } outcome ? Texts.Of(outcome) : null,
        Count = entry.Count,
        CorrectedEntryId = entry.CorrectedEntryId,
        Actor = entry.Actor,
        Reason = entry.Reason,
        Before = entry.Before,
        After = entry.After,
    };
}
