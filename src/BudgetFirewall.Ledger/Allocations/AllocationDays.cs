using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The times that the parts of a shared cost are spread over, and how much each of them gets.</summary>
internal static class AllocationDays
{
    /// <summary>The beginning of the time with all of the weight, or that of each of its days. A whole day has the same weight however many hours it has; another one as much of that as is in the time.</summary>
    /// <exception cref="ArgumentException">The system knows no such time zone, or there are more days than entries may be made.</exception>
    public static IReadOnlyList<(DateTimeOffset Start, long Weight)> Of(CostAllocation allocation)
    {
        // A time zone that nobody knows is a mistake also where no day is looked at.
        var calendar = CalendarOf(allocation.TimeZone);
        if (!allocation.IsAmortised)
            return [(allocation.From, 1)];
        var days = new List<(DateTimeOffset Start, long Weight)>();
        for (var start = allocation.From; start < allocation.To;)
        {
            var day = calendar.At(start);
            var end = day.End < allocation.To.UtcDateTime ? new DateTimeOffset(day.End, TimeSpan.Zero) : allocation.To;
            days.Add((start, (long)((Int128)(end - start).Ticks * TimeSpan.TicksPerDay / (day.End - day.Start).Ticks)));
            AllocationCheck.CheckParts(allocation, 1, days.Count, nameof(allocation.To));
            start = end;
        }
        return days;
    }

    private static PeriodCalendar CalendarOf(string timeZone)
    {
        try
        {
            return PeriodCalendar.Of(BudgetPeriod.Day, timeZone);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"TimeZone is '{DisplayText.Escape(timeZone)}', and the system does not know it.", nameof(CostAllocation.TimeZone), e);
        }
    }
}
