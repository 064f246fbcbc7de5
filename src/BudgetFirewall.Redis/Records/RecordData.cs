using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What a record says beyond the script's own part: the request, and which counters and buckets took part.</summary>
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
    public BucketData[] Buckets { get; set; } = [];
}
