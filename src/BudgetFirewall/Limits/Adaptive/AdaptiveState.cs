namespace BudgetFirewall.Storage;

/// <summary>The state of an adaptive rate limit for one scope: the part of its ceiling, and its pause. Times are microseconds by the store's clock. Immutable.</summary>
/// <param name="Billionths">The part of the ceiling, in billionths.</param>
/// <param name="GrownAt">The time from which on growth counts: that of the last growth, or the end of the last cooldown.</param>
/// <param name="LoweredAt">The time of the last decrease; 0: there was none.</param>
/// <param name="PausedUntil">The time until which nothing is admitted; 0: there is no pause.</param>
internal readonly record struct AdaptiveState(long Billionths, long GrownAt, long LoweredAt, long PausedUntil)
{
    /// <summary>A limit at its ceiling.</summary>
    public static AdaptiveState AtCeiling(long now) => new(AdaptiveRule.WholeBillionths, now, LoweredAt: 0, PausedUntil: 0);

    /// <summary>The part of the ceiling that is in force, in millionths. A floor that was raised counts at once.</summary>
    public int ScaleBy(AdaptiveRule rule) => (int)(Math.Max(Billionths, rule.FloorBillionths) / 1_000);

    /// <summary>The rest of the pause, in microseconds. One that is longer than any can be comes from a clock that was set back, and is over.</summary>
    public long PausedFor(AdaptiveRule rule, long now) => PausedUntil - now is var left and > 0 && left <= rule.LongestPauseMicroseconds ? left : 0;

    /// <summary>True when the limit is at its ceiling, and has neither pause nor cooldown, so that there is nothing to remember.</summary>
    public bool IsOver(AdaptiveRule rule, long now) => ScaleBy(rule) == AdaptiveScale.Whole && now >= GrownAt && PausedFor(rule, now) == 0;

    /// <summary>The state after a call has taken from the limit.</summary>
    public AdaptiveState Used(AdaptiveRule rule, long now)
    {
        var elapsed = now - GrownAt;
        // The clock was set back: growth counts from now on.
        if (elapsed < -rule.CooldownMicroseconds)
            return this with { GrownAt = now };
        if (elapsed < AdaptiveRule.GrowthStepMicroseconds || PausedFor(rule, now) > 0)
            return this;
        var present = Math.Max(Billionths, rule.FloorBillionths);
        var grown = Math.Min(present + (rule.GrowthBillionthsPerSecond * Math.Min(elapsed, AdaptiveRule.LongestGrowthMicroseconds) / 1_000_000), AdaptiveRule.WholeBillionths);
        return grown == present ? this : this with { Billionths = grown, GrownAt = now };
    }

    /// <summary>The state after the provider was overloaded: the same within the cooldown.</summary>
    public AdaptiveState Lowered(AdaptiveRule rule, long now)
    {
        // A clock that was set back does not put the next decrease off.
        if (LoweredAt > 0 && now >= LoweredAt && now < LoweredAt + rule.CooldownMicroseconds)
            return this;
        var lowered = Math.Max(Math.Max(Billionths, rule.FloorBillionths) * rule.FactorMillionths / 1_000_000, rule.FloorBillionths);
        return this with { Billionths = lowered, GrownAt = now + rule.CooldownMicroseconds, LoweredAt = now };
    }

    /// <summary>The state after the provider has said when to come back. A pause is not made shorter.</summary>
    public AdaptiveState Paused(AdaptiveRule rule, long now, long pause) =>
        pause > PausedFor(rule, now) ? this with { PausedUntil = now + pause } : this;
}
