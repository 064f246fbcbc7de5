namespace BudgetFirewall;

/// <summary>Usage units as the store counts them: whole micros, 10⁻⁶ of a unit, in 64 bits.</summary>
internal static class UnitAmount
{
    public const decimal Max = 9_000_000_000_000m;
    public const decimal MaxRate = 9_000_000_000m;
    public const decimal MicrosPerUnit = 1_000_000m;

    public static long ExactMicros(decimal amount, string member)
    {
        CheckRange(amount, member);
        return IsInMillionths(amount)
            ? (long)(amount * MicrosPerUnit)
            : throw new ArgumentOutOfRangeException(member, amount, $"{member} must be a multiple of 0.000001.");
    }

    /// <summary>The micros of a derived amount such as kilobytes, rounded up.</summary>
    public static long CeilingMicros(decimal amount, string member)
    {
        CheckRange(amount, member);
        return (long)decimal.Ceiling(amount * MicrosPerUnit);
    }

    public static decimal FromMicros(long micros) => micros / MicrosPerUnit;

    /// <summary>Checks what a rate limit lets through, or lets through in a second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside the range or has more decimal places than are counted.</exception>
    public static decimal CheckRate(decimal amount, string member, bool isZeroAllowed)
    {
        if (amount is < 0 or > MaxRate || (amount == 0 && !isZeroAllowed) || !IsInMillionths(amount))
            throw new ArgumentOutOfRangeException(member, amount, $"{member} must be {(isZeroAllowed ? "0 or " : "")}from 0.000001 to 9,000,000,000 in steps of 0.000001.");
        return amount;
    }

    /// <summary>True for a number of at most six decimal places.</summary>
    public static bool IsInMillionths(decimal number) => number * MicrosPerUnit == decimal.Truncate(number * MicrosPerUnit);

    /// <summary>Checks an amount that may be money or a unit, as far as both have the same range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside the range.</exception>
    public static decimal CheckAmount(decimal amount, string member)
    {
        CheckRange(amount, member);
        return amount;
    }

    public static void CheckRange(decimal amount, string member)
    {
        if (amount is < 0 or > Max)
            throw new ArgumentOutOfRangeException(member, amount, $"{member} must be from 0 to 9,000,000,000,000.");
    }
}
