using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The values of an adaptive rate limit as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("The way in which a rate limit follows what the provider says. The limit's own value is the ceiling: refillPerSecond, ratePerSecond or limit.")]
internal sealed class AdaptiveRateBody
{
    [Required]
    [Description("The least that the limit falls to, at most the ceiling: an exact decimal, as string or number, with at most 6 decimals.")]
    public decimal? Floor { get; init; }

    [Required]
    [Description("The amount by which the limit grows in a second in which it is used: an exact decimal, as string or number, with at most 6 decimals.")]
    public decimal? GrowthPerSecond { get; init; }

    [Description("The factor of a decrease, above 0 and below 1, with at most 6 decimals; absent: 0.7.")]
    public decimal? DecreaseFactor { get; init; }

    [Description("The time after a decrease without another one and without growth, as 00:00:01; 10 milliseconds to 1 hour; absent: 1 second.")]
    public string? Cooldown { get; init; }

    [Description("The longest time for which the limit admits nothing because the provider has said when to come back, as 00:01:00; at most 24 hours; absent: 1 minute.")]
    public string? LongestPause { get; init; }

    /// <exception cref="FieldException">A value is missing, or not one that it may have.</exception>
    public AdaptiveRate ToAdaptiveRate() => FieldException.Naming(Path, () =>
    {
        var rate = new AdaptiveRate { Floor = Required(Floor, "floor"), GrowthPerSecond = Required(GrowthPerSecond, "growthPerSecond") };
        return rate with
        {
            DecreaseFactor = DecreaseFactor ?? rate.DecreaseFactor,
            Cooldown = TimeText.Parse(Cooldown, $"{Path}.cooldown") ?? rate.Cooldown,
            LongestPause = TimeText.Parse(LongestPause, $"{Path}.longestPause") ?? rate.LongestPause,
        };
    });

    private const string Path = "adaptive";

    private static decimal Required(decimal? value, string field) => value ?? throw FieldException.Missing($"{Path}.{field}");
}
