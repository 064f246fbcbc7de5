using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The values of an adaptive rate limit as JSON.</summary>
[Description("The way in which a rate limit follows what the provider says. Amounts are exact decimals as strings.")]
internal sealed record AdaptiveRateReply
{
    public required string Floor { get; init; }

    public required string GrowthPerSecond { get; init; }

    public required string DecreaseFactor { get; init; }

    [Description("The time after a decrease without another one and without growth, as 00:00:01.")]
    public required string Cooldown { get; init; }

    [Description("The longest pause, as 00:01:00.")]
    public required string LongestPause { get; init; }

    public static AdaptiveRateReply? Of(AdaptiveRate? rate) => rate is null ? null : new()
    {
        Floor = Amounts.Text(rate.Floor),
        GrowthPerSecond = Amounts.Text(rate.GrowthPerSecond),
        DecreaseFactor = Amounts.Text(rate.DecreaseFactor),
        Cooldown = rate.Cooldown.ToString("c"),
        LongestPause = rate.LongestPause.ToString("c"),
    };
}
