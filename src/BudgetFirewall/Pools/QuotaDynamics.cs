namespace BudgetFirewall;

/// <summary>How the shares of <see cref="QuotaStrategy.Dynamic"/> follow what members used. Compares by content; immutable and thread-safe.</summary>
/// <remarks>
/// What counts is smoothed exponentially (Brown, Statistical Forecasting for Inventory Control, 1959): after each period it becomes <c>Smoothing × used + (1 - Smoothing) × before</c>,
/// rounded down to what is counted. A member without a past counts as the others do on average, by weight.
/// </remarks>
public sealed record QuotaDynamics
{
    /// <summary>The part of its share by weight that a member gets however little it used: 0 to 1, in steps of 0.000001. Default: 0.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places.</exception>
    public decimal Floor { get; init => field = PoolFraction.Check(value, nameof(Floor), isZeroAllowed: true); } = 0.1m;

    /// <summary>The part of the pool that a member gets at most, however much it used: above 0 up to 1, in steps of 0.000001. Default: 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places.</exception>
    public decimal Ceiling { get; init => field = PoolFraction.Check(value, nameof(Ceiling), isZeroAllowed: false); } = 1m;

    /// <summary>The weight of the last period against those before it: above 0 up to 1, in steps of 0.000001. 1 looks at the last one alone. Default: 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places.</exception>
    public decimal Smoothing { get; init => field = PoolFraction.Check(value, nameof(Smoothing), isZeroAllowed: false); } = 0.5m;
}
