using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The values of an adaptive rate limit as JSON; amounts are strings, times are in milliseconds.</summary>
internal sealed class AdaptiveData
{
    [JsonPropertyName("f")]
    public required string Floor { get; set; }

    [JsonPropertyName("g")]
    public required string GrowthPerSecond { get; set; }

    [JsonPropertyName("d")]
    public required string DecreaseFactor { get; set; }

    [JsonPropertyName("c")]
    public required long Cooldown { get; set; }

    [JsonPropertyName("p")]
    public required long LongestPause { get; set; }

    /// <summary>The members that this version does not know. Never written.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    public static AdaptiveData? Of(AdaptiveRate? adaptive) => adaptive is null ? null : new()
    {
        Floor = BudgetJson.Text(adaptive.Floor),
        GrowthPerSecond = BudgetJson.Text(adaptive.GrowthPerSecond),
        DecreaseFactor = BudgetJson.Text(adaptive.DecreaseFactor),
        Cooldown = adaptive.Cooldown.Ticks / TimeSpan.TicksPerMillisecond,
        LongestPause = adaptive.LongestPause.Ticks / TimeSpan.TicksPerMillisecond,
    };

    public AdaptiveRate ToAdaptiveRate() => new()
    {
        Floor = BudgetJson.Decimal(Floor),
        GrowthPerSecond = BudgetJson.Decimal(GrowthPerSecond),
        DecreaseFactor = BudgetJson.Decimal(DecreaseFactor),
        Cooldown = TimeSpan.FromMilliseconds(Cooldown),
        LongestPause = TimeSpan.FromMilliseconds(LongestPause),
    };
}
