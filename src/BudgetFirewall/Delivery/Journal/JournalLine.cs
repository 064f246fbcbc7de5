using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>One line of a journal file.</summary>
internal sealed class JournalLine
{
    /// <summary>An entry was put in.</summary>
    public const string Entry = "e";

    /// <summary>The entry is about to be tried, or was tried and may have been recorded.</summary>
    public const string Attempt = "a";

    /// <summary>The entry has left the outbox: it was delivered, or given up.</summary>
    public const string Removed = "d";

    /// <summary>The first line, which names the firewall that the journal belongs to.</summary>
    public const string Header = "h";

    [JsonPropertyName("t")]
    public required string Type { get; set; }

    [JsonPropertyName("s")]
    public long Sequence { get; set; }

    [JsonPropertyName("x")]
    public string? KeyPrefix { get; set; }

    [JsonPropertyName("k")]
    public OutboxEntryKind? Kind { get; set; }

    [JsonPropertyName("p")]
    public string? Partition { get; set; }

    [JsonPropertyName("i")]
    public string? OperationId { get; set; }

    [JsonPropertyName("f")]
    public string? OperationScope { get; set; }

    [JsonPropertyName("g")]
    public string? UnverifiedTag { get; set; }

    [JsonPropertyName("r")]
    public StoredRequest? Request { get; set; }

    [JsonPropertyName("u")]
    public StoredUsage? Usage { get; set; }

    [JsonPropertyName("c")]
    public decimal? Cost { get; set; }

    [JsonPropertyName("l")]
    public DateTimeOffset? ExpiresAt { get; set; }

    [JsonPropertyName("n")]
    public long? CostNanos { get; set; }

    [JsonPropertyName("q")]
    public DateTimeOffset? At { get; set; }

    [JsonPropertyName("o")]
    public TimeSpan? Retention { get; set; }

    [JsonPropertyName("m")]
    public DateTimeOffset? UncertainSince { get; set; }

    [JsonPropertyName("w")]
    public string? Reason { get; set; }

    public static JournalLine Of(OutboxEntry entry) => new()
    {
        Type = Entry,
        Sequence = entry.Sequence,
        Kind = entry.Kind,
        Partition = entry.Partition,
        OperationId = entry.OperationId,
        OperationScope = entry.OperationScope,
        UnverifiedTag = entry.UnverifiedTag,
        Request = entry.Request is { } request ? StoredRequest.Of(request) : null,
        Usage = entry.Usage is { } usage ? StoredUsage.Of(usage) : null,
        Cost = entry.Cost,
        ExpiresAt = entry.ExpiresAt,
        CostNanos = entry.CostNanos,
        At = entry.QueuedAt,
        Retention = entry.Retention,
        UncertainSince = entry.Attempts.UncertainSince,
    };

    /// <exception cref="FormatException">A part is missing.</exception>
    public OutboxEntry ToEntry()
    {
        if (Kind is not { } kind || !Enum.IsDefined(kind) || At is not { } at || Retention is not { } retention || (kind != OutboxEntryKind.Commit && Request is null))
            throw new FormatException("A part of the entry is missing.");
        return new()
        {
            Sequence = Sequence,
            Kind = kind,
            Partition = Identifier.CheckOptional(Partition, nameof(Partition)),
            OperationId = Identifier.Check(OperationId, nameof(OperationId)),
            OperationScope = Identifier.CheckOptional(OperationScope, nameof(OperationScope)),
            UnverifiedTag = UnverifiedTag,
            Request = Request?.ToRequest(),
            Usage = Usage?.ToUsage().Checked(),
            Cost = Cost,
            ExpiresAt = ExpiresAt,
            CostNanos = CostNanos,
            QueuedAt = at,
            Retention = retention,
            Attempts = UncertainSince is { } since ? new(since) : new(),
        };
    }
}
