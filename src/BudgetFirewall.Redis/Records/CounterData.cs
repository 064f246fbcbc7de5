using System.Text.Json;
using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// A counter of a record: the budget as it was then, as <see cref="LimitJson"/> writes it, the scope's id, the period's start, and the amount charged where the script does not keep it.
/// </summary>
internal sealed class CounterData
{
    [JsonPropertyName("b")]
    public required JsonElement Budget { get; set; }

    [JsonPropertyName("s")]
    public required string ScopeId { get; set; }

    /// <summary>In seconds since 1970; null where the period has no bounds.</summary>
    [JsonPropertyName("p")]
    public long? PeriodStart { get; set; }

    [JsonPropertyName("a")]
    public string? Amount { get; set; }
}
