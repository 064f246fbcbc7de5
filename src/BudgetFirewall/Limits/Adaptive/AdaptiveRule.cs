namespace BudgetFirewall.Storage;

/// <summary>The rule by which a rate limit follows what the provider says, as a store needs it: parts of the ceiling in billionths (10⁻⁹), times in microseconds. Immutable.</summary>
public sealed class AdaptiveRule
{
    /// <summary>The whole ceiling, in billionths.</summary>
    public const long WholeBillionths = 1_000_000_000;

    /// <summary>The time since the last growth from which on a call makes the limit grow again, in microseconds. Most calls of a busy limit come earlier and write nothing.</summary>
    public const long GrowthStepMicroseconds = 100_000;

    /// <summary>The most that the time since the last growth counts for, in microseconds: a limit grows only while it is used.</summary>
    public const long LongestGrowthMicroseconds = 1_000_000;

    internal AdaptiveRule(AdaptiveRate rate, decimal ceiling)
    {
        // Values are lowered to whole millionths of the ceiling.
        FloorBillionths = (long)Math.Clamp(decimal.Ceiling(rate.Floor * WholeBillionths / ceiling), 1_000m, WholeBillionths);
        GrowthBillionthsPerSecond = rate.GrowthPerSecond == 0 ? 0 : (long)Math.Clamp(decimal.Floor(rate.GrowthPerSecond * WholeBillionths / ceiling), 1m, WholeBillionths);
        FactorMillionths = (long)(rate.DecreaseFactor * 1_000_000m);
        CooldownMicroseconds = rate.Cooldown.Ticks / TimeSpan.TicksPerMicrosecond;
        LongestPauseMicroseconds = rate.LongestPause.Ticks / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>The least part of the ceiling, in billionths.</summary>
    public long FloorBillionths { get; }

    /// <summary>The part of the ceiling that a limit grows by in a second in which it is used, in billionths; at most the whole.</summary>
    public long GrowthBillionthsPerSecond { get; }

    /// <summary>The factor of a decrease, in millionths.</summary>
    public long FactorMillionths { get; }

    /// <summary>The time after a decrease without another one and without growth, in microseconds.</summary>
    public long CooldownMicroseconds { get; }

    /// <summary>The longest pause, in microseconds.</summary>
    public long LongestPauseMicroseconds { get; }
}
