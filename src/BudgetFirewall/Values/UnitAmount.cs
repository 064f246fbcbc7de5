namespace BudgetFirewall;

/// <summary>Usage units as the store counts them: whole micros, 10⁻⁶ of a unit, in 64 bits.</summary>
internal static class UnitAmount
{
    public const decimal Max = 9_000_000_000_000m;
    public const decimal MicrosPerUnit = 1_000_000m;

    public static long ExactMicros(decimal amount, string member)
    {
        CheckRange(amount, member);
        var micros = amount * MicrosPerUnit;
        return micros == decimal.Truncate(micros)
            ? (long)micros
            : throw new ArgumentOutOfRangeException(member, amount, $"{member} must be a multiple of 0.000001.");
    }

    /// <summary>The micros of a derived amount such as kilobytes, rounded up.</summary>
    public static long CeilingMicros(decimal amount, string member)
    {
        CheckRange(amount, member);
        return (long)decimal.Ceiling(amount * MicrosPerUnit);
    }

    public static decimal FromMicros(long micros) => micros / MicrosPerUnit;

    public static void CheckRange(decimal amount, string member)
    {
        if (amount is < 0 or > Max)
            throw new ArgumentOutOfRangeException(member, amount, $"{member} must be from 0 to 9,000,000,000,000.");
    }
}
