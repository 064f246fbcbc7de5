namespace BudgetFirewall;

/// <summary>The part of what a member has not used that it may use in the next period too. Compares by content; immutable and thread-safe.</summary>
public sealed record QuotaRollover
{
    /// <summary>The part of what was left: 0 to 1, in steps of 0.000001, rounded down. Default: 1, all of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places.</exception>
    public decimal Fraction { get; init => field = PoolFraction.Check(value, nameof(Fraction), isZeroAllowed: true); } = 1m;

    /// <summary>The most that is rolled over for one member, in the pool's money or unit; null: the limit that the member had in the ended period. Default: null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000. The rest is checked where the pool is used.</exception>
    public decimal? Cap { get; init => field = value is { } cap ? UnitAmount.CheckAmount(cap, nameof(Cap)) : null; }
}
