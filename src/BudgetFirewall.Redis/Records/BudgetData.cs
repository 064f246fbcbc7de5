using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A budget as JSON; amounts are strings, what has its usual value is left out.</summary>
internal sealed class BudgetData : LimitData
{
    [JsonPropertyName("l")]
    public required string Limit { get; set; }

    [JsonPropertyName("d")]
    public string? Period { get; set; }

    [JsonPropertyName("z")]
    public string? TimeZone { get; set; }

    [JsonPropertyName("w")]
    public string[]? WarnAt { get; set; }

    [JsonPropertyName("x")]
    public bool? IsInactive { get; set; }

    /// <summary>The members that this version does not know. Never written.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
