namespace BudgetFirewall;

/// <summary>The fractions of pools, in millionths.</summary>
internal static class PoolFraction
{
    private const int Million = 1_000_000;

    public static decimal Check(decimal fraction, string member, bool isZeroAllowed) => fraction is >= 0 and <= 1 && (fraction > 0 || isZeroAllowed) && UnitAmount.IsInMillionths(fraction)
        ? fraction
        : throw new ArgumentOutOfRangeException(member, fraction, $"{member} must be {(isZeroAllowed ? "from 0" : "above 0")} up to 1 in steps of 0.000001; 0.1 is 10 %.");

    /// <summary>The part of an amount, rounded down.</summary>
    public static long Of(long amount, decimal fraction) => (long)((Int128)amount * (long)(fraction * Million) / Million);
}
