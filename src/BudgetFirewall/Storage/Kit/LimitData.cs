using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>The part that budgets and rate limits have in common as JSON; what has its usual value is left out.</summary>
internal abstract class LimitData
{
    [JsonPropertyName("s")]
    public required string Scope { get; set; }

    [JsonPropertyName("u")]
    public string? Unit { get; set; }

    [JsonPropertyName("e")]
    public Enforcement? Enforcement { get; set; }

    [JsonPropertyName("p")]
    public IReadOnlyList<string>? Providers { get; set; }

    [JsonPropertyName("m")]
    public IReadOnlyList<string>? Models { get; set; }

    [JsonPropertyName("o")]
    public IReadOnlyList<string>? Operations { get; set; }

    [JsonPropertyName("k")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Dimensions { get; set; }

    [JsonPropertyName("y")]
    public bool? CountsRequestsWithoutModel { get; set; }

    [JsonPropertyName("t")]
    public ScheduleData[]? Schedule { get; set; }

    [JsonPropertyName("i")]
    public string? Id { get; set; }

    [JsonPropertyName("h")]
    public IReadOnlyDictionary<string, string>? PriorityHeadroom { get; set; }

    [JsonPropertyName("n")]
    public string? Name { get; set; }

    [JsonPropertyName("x")]
    public bool? IsInactive { get; set; }

    /// <summary>The members that this version does not know. Never written.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
