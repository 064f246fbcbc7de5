using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A change of state as a journal keeps it. The names never change.</summary>
internal sealed class StoredChange
{
    [JsonPropertyName("k")]
    public StateKind Kind { get; set; }

    [JsonPropertyName("p")]
    public string? Partition { get; set; }

    [JsonPropertyName("i")]
    public string Name { get; set; } = "";

    [JsonPropertyName("c")]
    public string? Content { get; set; }

    [JsonPropertyName("v")]
    public long Version { get; set; }

    [JsonPropertyName("x")]
    public long? ExpiresAt { get; set; }

    public static StoredChange Of(StateChange change) => new()
    {
        Kind = change.Kind,
        Partition = change.Partition,
        Name = change.Name,
        Content = change.Content,
        Version = change.Version,
        ExpiresAt = change.ExpiresAt is { } end ? LedgerTime.Microseconds(end) : null,
    };

    public StateChange ToChange() => new(Kind, Partition, Name, Content, Version, ExpiresAt is { } end ? LedgerTime.FromMicroseconds(end) : null);
}
