namespace BudgetFirewall.Storage;

/// <summary>
/// Exact division of whole numbers that takes a third of the processor's own 64-bit division: the quotient is estimated in floating point and then corrected by the remainder, which is a whole number.
/// </summary>
internal static class ShortDivision
{
    // Below it the estimate is off by a fraction of one.
    private const long MaxQuotient = 1L << 50;

    /// <summary>The quotient, rounded up.</summary>
    /// <param name="dividend">0 to 2⁶².</param>
    /// <param name="divisor">1 to 2⁶².</param>
    public static long Ceiling(long dividend, long divisor)
    {
        var estimate = (double)dividend / divisor;
        if (estimate >= MaxQuotient)
            return (dividend / divisor) + (dividend % divisor == 0 ? 0 : 1);
        var quotient = (long)estimate;
        var remainder = dividend - (quotient * divisor);
        return remainder <= 0 ? quotient : remainder <= divisor ? quotient + 1 : quotient + 2;
    }
}
