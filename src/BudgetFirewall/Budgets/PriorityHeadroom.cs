using System.Collections.ObjectModel;
using System.Globalization;

namespace BudgetFirewall;

/// <summary>The parts of a limit that must stay free, by the priority of the request that is decided.</summary>
internal static class PriorityHeadroom
{
    private const int MaxPriorities = 64;

    public static IReadOnlyDictionary<string, decimal> None => ReadOnlyDictionary<string, decimal>.Empty;

    /// <summary>A checked copy.</summary>
    /// <exception cref="ArgumentException">There are too many priorities, or one of them is not a name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A fraction is outside the range or has more decimal places than are counted.</exception>
    public static IReadOnlyDictionary<string, decimal> Copy(IReadOnlyDictionary<string, decimal> fractions, string member)
    {
        ArgumentNullException.ThrowIfNull(fractions, member);
        if (fractions.Count > MaxPriorities)
            throw new ArgumentException($"{member} has {fractions.Count} priorities; at most {MaxPriorities} are allowed.", member);
        return ValueCollections.Copy(fractions, (priority, fraction) => Check(priority, fraction, member))!;
    }

    /// <summary>The amount of a limit that must stay free, rounded up.</summary>
    public static long AmountOf(long limit, decimal fraction) => (long)((((Int128)limit * (long)(fraction * 1_000_000m)) + 999_999) / 1_000_000);

    private static void Check(string priority, decimal fraction, string member)
    {
        Identifier.Check(priority, member);
        if (fraction is < 0 or > 1 || !UnitAmount.IsInMillionths(fraction))
            throw new ArgumentOutOfRangeException(member, fraction, DisplayText.Escape($"{member} must have fractions from 0 to 1 in steps of 0.000001, where 0.3 is 30 %; that of '{priority}' is {fraction.ToString(CultureInfo.InvariantCulture)}."));
    }
}
