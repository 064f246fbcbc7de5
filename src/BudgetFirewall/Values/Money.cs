namespace BudgetFirewall;

/// <summary>Money as the store counts it: whole nanos, 10⁻⁹ of a currency unit, in 64 bits.</summary>
internal static class Money
{
    public const decimal Max = 9_000_000_000m;
    public const decimal NanosPerUnit = 1_000_000_000m;

    private const int NanoDecimals = 9;

    private static ReadOnlySpan<ulong> PowersOfTen => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

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
    public static long CeilingNanos(decimal amount)
    {
        return TryWholeNanos(amount, out var nanos) ? nanos : (long)decimal.Ceiling(amount * NanosPerUnit);
    }

    /// <summary>
    /// The nanos of an amount that is short enough to be multiplied as a whole number, which takes a fraction of the time and does for nearly every amount.
    /// False for an amount that is longer, below zero, or too large.
    /// </summary>
    public static bool TryWholeNanos(decimal amount, out long nanos)
    {
        Span<int> bits = stackalloc int[4];
        _ = decimal.GetBits(amount, bits);
        var decimals = bits[3] >> 16;
        nanos = 0;
        // The sign is the highest bit, so that it makes the decimals of an amount below zero negative.
        if (bits[2] != 0 || unchecked((uint)decimals) > NanoDecimals)
            return false;
        var digits = unchecked(((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        if (Math.BigMul(digits, PowersOfTen[NanoDecimals - decimals], out var low) != 0 || low > long.MaxValue)
            return false;
        nanos = unchecked((long)low);
        return true;
    }

    public static decimal FromNanos(long nanos) => nanos / NanosPerUnit;

    public static void CheckRange(decimal amount, string member)
    {
        if (amount is < 0 or > Max)
            throw new ArgumentOutOfRangeException(member, amount, $"{member} must be from 0 to 9,000,000,000.");
    }
}
