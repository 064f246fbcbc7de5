using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

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
        Floor = LimitJson.Text(adaptive.Floor),
        GrowthPerSecond = LimitJson.Text(adaptive.GrowthPerSecond),
        DecreaseFactor = LimitJson.Text(adaptive.DecreaseFactor),
        Cooldown = adaptive.Cooldown.Ticks / TimeSpan.TicksPerMillisecond,
        LongestPause = adaptive.LongestPause.Ticks / TimeSpan.TicksPerMillisecond,
    };

    public AdaptiveRate ToAdaptiveRate() => new()
    {
        Floor = LimitJson.Decimal(Floor),
        GrowthPerSecond = LimitJson.Decimal(GrowthPerSecond),
        DecreaseFactor = LimitJson.Decimal(DecreaseFactor),
        Cooldown = TimeSpan.FromMilliseconds(Cooldown),
        LongestPause = TimeSpan.FromMilliseconds(LongestPause),
    };
}
