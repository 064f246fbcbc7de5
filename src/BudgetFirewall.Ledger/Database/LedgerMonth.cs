using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>A month by UTC, by which a database may divide the tables of a ledger.</summary>
/// <param name="Start">The first moment of the month, UTC.</param>
public readonly record struct LedgerMonth(DateTimeOffset Start)
{
    /// <summary>The first moment of the next month.</summary>
    public DateTimeOffset End => Start.AddMonths(1);

    /// <summary>The lowest key that an entry of the month may have.</summary>
    public long FirstKey => EntryKey.First(LedgerTime.Microseconds(Start));

    /// <summary>The lowest key that an entry of the next month may have.</summary>
    public long EndKey => EntryKey.First(LedgerTime.Microseconds(End));

    /// <summary>The month as text that may end a table's name: <c>2026_03</c>.</summary>
    public string Name => Start.ToString("yyyy_MM", CultureInfo.InvariantCulture);

    /// <summary>The month that a time lies in.</summary>
    /// <param name="time">The time.</param>
    public static LedgerMonth Of(DateTimeOffset time) => new(new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Reads <see cref="Name"/>.</summary>
    /// <param name="name">The text.</param>
    /// <param name="month">The month.</param>
    /// <returns>False when the text names no month.</returns>
    public static bool TryParse(string name, out LedgerMonth month)
    {
        var isMonth = DateTimeOffset.TryParseExact(name, "yyyy_MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start);
        month = new(start);
        return isMonth;
    }
}
