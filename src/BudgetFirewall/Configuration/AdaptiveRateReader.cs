namespace BudgetFirewall;

/// <summary>Reads from configuration what makes a rate limit adaptive.</summary>
internal static class AdaptiveRateReader
{
    public static AdaptiveRate Read(SectionReader section)
    {
        var rate = new AdaptiveRate { Floor = 1, GrowthPerSecond = 0 };
        section.Require(nameof(rate.Floor), text => rate = rate with { Floor = ConfiguredValue.Decimal(text) });
        section.Require(nameof(rate.GrowthPerSecond), text => rate = rate with { GrowthPerSecond = ConfiguredValue.Decimal(text) });
        section.Read(nameof(rate.DecreaseFactor), text => rate = rate with { DecreaseFactor = ConfiguredValue.Decimal(text) });
        section.Read(nameof(rate.Cooldown), text => rate = rate with { Cooldown = ConfiguredValue.TimeSpan(text) });
        section.Read(nameof(rate.LongestPause), text => rate = rate with { LongestPause = ConfiguredValue.TimeSpan(text) });
        return rate;
    }
}
