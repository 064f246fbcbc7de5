namespace BudgetFirewall;

/// <summary>Money as the store counts it: whole nanos, 10⁻⁹ of a currency unit, in 64 bits.</summary>
internal static class Money
{
    public const decimal Max = 9_000_000_000m;
    public const decimal NanosPerUnit = 1_000_000_000m;

    /// <summary>The nanos of an amount that must be a whole number of them, as a limit must.</summary>
    public static long ExactNanos(decimal amount, string member)
    {
        CheckRange(amount, member);
        var nanos = amount * NanosPerUnit;
        return nanos == decimal.Truncate(nanos)
            ? (long)nanos
            : throw new ArgumentOutOfRangeException(member, amount, $"{member} must be a multiple of 0.000000001.");
    }

    /// <summary>The nanos of a cost, rounded up: a part of a nano is never given away.</summary>
    public static long CeilingNanos(decimal amount, string member)
    {
        CheckRange(amount, member);
        return CeilingNanos(amount);
    }

    /// <summary>The nanos of a cost that is known to be within its range, rounded up.</summary>
    public static long CeilingNanos(decimal amount) => (long)decimal.Ceiling(amount * NanosPerUnit);

    public static decimal FromNanos(long nanos) => nanos / NanosPerUnit;

    public static void CheckRange(decimal amount, string member)
    {
        if (amount is < 0 or > Max)
            throw new ArgumentOutOfRangeException(member, amount, $"{member} must be from 0 to 9,000,000,000.");
    }
}
