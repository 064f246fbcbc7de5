using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The amount that an entry has moved in one counter, as a journal keeps it.</summary>
internal sealed class StoredCounter
{
    [JsonPropertyName("f")]
    public string Family { get; set; } = "";

    [JsonPropertyName("k")]
    public string ScopeKind { get; set; } = "";

    [JsonPropertyName("i")]
    public string ScopeId { get; set; } = "";

    [JsonPropertyName("p")]
    public long PeriodStart { get; set; }

    [JsonPropertyName("u")]
    public string? Unit { get; set; }

    /// <summary>The time until which the counter is needed; null for always, or where it is not known.</summary>
    [JsonPropertyName("e")]
    public long? KeptUntil { get; set; }

    [JsonPropertyName("m")]
    public long Moved { get; set; }

    public static StoredCounter Of(LedgerCounter counter) => new()
    {
        Family = counter.Family,
        ScopeKind = counter.Scope.Kind,
        ScopeId = counter.Scope.Id,
        PeriodStart = LedgerTime.OfPeriod(counter.PeriodStart),
        Unit = counter.Unit,
        KeptUntil = counter.KeptUntil is { } end ? LedgerTime.Microseconds(end) : null,
        Moved = counter.Moved,
    };

    public LedgerCounter ToCounter() => new(Family, BudgetScope.Of(ScopeKind, ScopeId), LedgerTime.PeriodOf(PeriodStart), Unit, Moved)
    {
        KeptUntil = KeptUntil is { } end ? LedgerTime.FromMicroseconds(end) : null,
    };
}
