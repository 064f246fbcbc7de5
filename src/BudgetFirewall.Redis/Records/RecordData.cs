using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The part of a record that the client writes: the request, and the counters and rate limits that took part.</summary>
internal sealed class RecordData
{
    [JsonPropertyName("r")]
    public StoredRequest? Request { get; set; }

    /// <summary>True when the cost was only the part that was known.</summary>
    [JsonPropertyName("u")]
    public bool IsCostUnknown { get; set; }

    [JsonPropertyName("c")]
    public CounterData[] Counters { get; set; } = [];

    [JsonPropertyName("k")]
    public TakenRateLimitData[] RateLimits { get; set; } = [];
}
