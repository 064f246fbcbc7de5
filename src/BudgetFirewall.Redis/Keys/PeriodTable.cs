using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The present periods of the usual calendars, by the server's clock, with the endings of the keys of their counters. Good for the hour that it was made in.</summary>
internal sealed class PeriodTable
{
    private readonly string[] _endings;

    public PeriodTable(DateTimeOffset serverNow)
    {
        Periods = new(serverNow);
        _endings = [.. PeriodCalendar.Usual.Select(calendar => calendar.KeyEndingOf(Periods.At(calendar, serverNow).Start))];
    }

    public PresentPeriods Periods { get; }

    /// <summary>The end of the keys of the counters of the period that a moment lies in, the separator included.</summary>
    public string Ending(PeriodCalendar calendar, DateTimeOffset now)
    {
        var index = calendar.UsualIndex;
        return index >= 0 ? _endings[index] : calendar.KeyEndingOf(calendar.At(now).Start);
    }
}
