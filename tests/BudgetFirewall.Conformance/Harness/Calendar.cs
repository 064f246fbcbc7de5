namespace BudgetFirewall.Conformance;

/// <summary>Dates worth testing, found after a moment, since not every store's clock can be moved back to a given one.</summary>
public static class Calendar
{
    public static DateTimeOffset NextMidnight(DateTimeOffset after) => Midnight(after).AddDays(1);

    public static DateTimeOffset NextHour(DateTimeOffset after) => Midnight(after).AddHours(after.UtcDateTime.Hour + 1);

    public static DateTimeOffset NextMonday(DateTimeOffset after) => NextDay(after, day => day.DayOfWeek == DayOfWeek.Monday);

    /// <summary>The first day of the next month that follows one of so many days.</summary>
    public static DateTimeOffset NextMonthAfter(DateTimeOffset after, int daysOfMonth) =>
        NextDay(after, day => day.Day == 1 && day.AddDays(-1).Day == daysOfMonth);

    public static DateTimeOffset NextNewYear(DateTimeOffset after) => NextDay(after, day => day.DayOfYear == 1);

    public static DateTimeOffset NextLeapDay(DateTimeOffset after) => NextDay(after, day => day is { Month: 2, Day: 29 });

    /// <summary>The Monday on which the next week 53 of an ISO year begins; it ends in the following calendar year.</summary>
    public static DateTimeOffset NextWeek53(DateTimeOffset after) =>
        NextDay(after, day => day.DayOfWeek == DayOfWeek.Monday && System.Globalization.ISOWeek.GetWeekOfYear(day.DateTime) == 53);

    /// <summary>The next last Sunday of March, on which clocks in Europe skip an hour.</summary>
    public static DateTimeOffset NextSummerTime(DateTimeOffset after) =>
        NextDay(after, day => day is { DayOfWeek: DayOfWeek.Sunday, Month: 3, Day: >= 25 });

    private static DateTimeOffset NextDay(DateTimeOffset after, Func<DateTimeOffset, bool> isWanted)
    {
        var day = NextMidnight(after);
        while (!isWanted(day))
            day = day.AddDays(1);
        return day;
    }

    private static DateTimeOffset Midnight(DateTimeOffset moment) => new(moment.UtcDateTime.Date, TimeSpan.Zero);
}
