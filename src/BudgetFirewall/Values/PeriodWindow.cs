using System.Globalization;

namespace BudgetFirewall;

/// <summary>One period of a kind: from its start up to, not including, its end; both UTC. Without bounds for <see cref="BudgetPeriod.None"/>.</summary>
/// <param name="Start">The first moment; the minimum for <see cref="BudgetPeriod.None"/>.</param>
/// <param name="End">The first moment of the next period; the maximum for <see cref="BudgetPeriod.None"/>.</param>
public readonly record struct PeriodWindow(DateTime Start, DateTime End)
{
    /// <summary>The period of a kind that a moment lies in.</summary>
    /// <param name="period">The kind of period.</param>
    /// <param name="moment">The moment; only its UTC time counts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is no kind of period.</exception>
    public static PeriodWindow At(BudgetPeriod period, DateTimeOffset moment)
    {
        var now = moment.UtcDateTime;
        var day = now.Date;
        return period switch
        {
            BudgetPeriod.Hour => Span(day.AddHours(now.Hour), start => start.AddHours(1)),
            BudgetPeriod.Day => Span(day, start => start.AddDays(1)),
            BudgetPeriod.Week => Span(day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), start => start.AddDays(7)),
            BudgetPeriod.Month => Span(new DateTime(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Utc), start => start.AddMonths(1)),
            BudgetPeriod.Quarter => Span(new DateTime(day.Year, day.Month - ((day.Month - 1) % 3), 1, 0, 0, 0, DateTimeKind.Utc), start => start.AddMonths(3)),
            BudgetPeriod.Year => Span(new DateTime(day.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc), start => start.AddYears(1)),
            BudgetPeriod.None => new(DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)),
            _ => throw new ArgumentOutOfRangeException(nameof(period), period, "There is no such period."),
        };
    }

    /// <summary>True when the period ends by itself.</summary>
    public bool IsBounded => End != DateTime.MaxValue;

    /// <summary>True when a moment lies in the period.</summary>
    /// <param name="moment">The moment; only its UTC time counts.</param>
    public bool Contains(DateTimeOffset moment) => moment.UtcDateTime >= Start && (moment.UtcDateTime < End || !IsBounded);

    /// <summary>The period as text, as <c>2026-03-01T00:00Z/2026-04-01T00:00Z</c>; <c>none</c> without bounds.</summary>
    public override string ToString() => IsBounded
        ? string.Create(CultureInfo.InvariantCulture, $"{Start:yyyy-MM-ddTHH:mmZ}/{End:yyyy-MM-ddTHH:mmZ}")
        : "none";

    private static PeriodWindow Span(DateTime start, Func<DateTime, DateTime> next)
    {
        // The last period of the calendar has no representable end.
        try
        {
            return new(start, next(start));
        }
        catch (ArgumentOutOfRangeException)
        {
            return new(start, DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
        }
    }
}
