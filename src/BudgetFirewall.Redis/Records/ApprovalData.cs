using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What is frozen of an approval when it is asked for: the counter, with the allowance as its amount, what it stood at, and the request. Amounts are strings.</summary>
internal sealed class ApprovalData
{
    [JsonPropertyName("c")]
    public required CounterData Counter { get; set; }

    [JsonPropertyName("x")]
    public required string Spent { get; set; }

    [JsonPropertyName("h")]
    public required string Held { get; set; }

    [JsonPropertyName("n")]
    public required string Need { get; set; }

    [JsonPropertyName("r")]
    public required StoredRequest Request { get; set; }
}
