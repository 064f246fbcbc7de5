namespace BudgetFirewall;

/// <summary>Reads from configuration what makes a rate limit adaptive.</summary>
internal static class AdaptiveRateReader
{
    private const string Key = nameof(RateLimit.Adaptive);

    /// <summary>Reads it if it is given.</summary>
    public static void Read(SectionReader limit, Action<AdaptiveRate> take)
    {
        if (!limit.Has(Key))
            return;
        var section = limit.Section(Key);
        var before = section.Errors.Count;
        var rate = new AdaptiveRate { Floor = 1, GrowthPerSecond = 0 };
        section.Require(nameof(rate.Floor), text => rate = rate with { Floor = ConfiguredValue.Decimal(text) });
        section.Require(nameof(rate.GrowthPerSecond), text => rate = rate with { GrowthPerSecond = ConfiguredValue.Decimal(text) });
        section.Read(nameof(rate.DecreaseFactor), text => rate = rate with { DecreaseFactor = ConfiguredValue.Decimal(text) });
        section.Read(nameof(rate.Cooldown), text => rate = rate with { Cooldown = ConfiguredValue.TimeSpan(text) });
        section.Read(nameof(rate.LongestPause), text => rate = rate with { LongestPause = ConfiguredValue.TimeSpan(text) });
        section.RefuseOthers();
        if (section.Errors.Count == before)
            take(rate);
    }
}
