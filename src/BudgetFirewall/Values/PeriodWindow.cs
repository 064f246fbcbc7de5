using System.Globalization;

namespace BudgetFirewall;

/// <summary>One period: from its start up to, not including, its end; both UTC. Without bounds for <see cref="BudgetPeriod.None"/>.</summary>
/// <remarks>A period of <see cref="BudgetPeriod.Once"/> is the same at every moment: <see cref="Contains"/> says whether it goes on.</remarks>
/// <param name="Start">The first moment; the minimum for <see cref="BudgetPeriod.None"/>.</param>
/// <param name="End">The first moment of the next period; the maximum for <see cref="BudgetPeriod.None"/>.</param>
public readonly record struct PeriodWindow(DateTime Start, DateTime End)
{
    /// <summary>The period, in UTC, that a moment lies in.</summary>
    /// <param name="period">The period.</param>
    /// <param name="moment">The moment; only its UTC time counts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="period"/> is null.</exception>
    public static PeriodWindow At(BudgetPeriod period, DateTimeOffset moment)
    {
        ArgumentNullException.ThrowIfNull(period);
        if (period.Spacing is not { } spacing)
            return period.Span ?? Always;
        var index = spacing.IndexAt(moment.UtcTicks);
        return new(new(spacing.StartOf(index), DateTimeKind.Utc), new(spacing.StartOf(index + 1), DateTimeKind.Utc));
    }

    /// <summary>The period that a moment lies in by the clock of a time zone.</summary>
    /// <param name="period">The period.</param>
    /// <param name="moment">The moment; only its UTC time counts.</param>
    /// <param name="timeZone">The time zone's name in the IANA database.</param>
    /// <exception cref="ArgumentNullException"><paramref name="period"/> or <paramref name="timeZone"/> is null.</exception>
    /// <exception cref="ArgumentException">The system knows no such time zone, or it is not UTC and the period does not go by a clock.</exception>
    public static PeriodWindow At(BudgetPeriod period, DateTimeOffset moment, string timeZone) => Storage.PeriodCalendar.Of(period, timeZone).At(moment);

    /// <summary>All of time.</summary>
    internal static PeriodWindow Always => new(DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));

    /// <summary>True when the period ends by itself.</summary>
    public bool IsBounded => End != DateTime.MaxValue;

    /// <summary>True when a moment lies in the period.</summary>
    /// <param name="moment">The moment; only its UTC time counts.</param>
    public bool Contains(DateTimeOffset moment) => moment.UtcDateTime >= Start && (moment.UtcDateTime < End || !IsBounded);

    /// <summary>The part that two spans of time have in common; they must meet.</summary>
    internal PeriodWindow Intersect(PeriodWindow other) => new(Start > other.Start ? Start : other.Start, End < other.End ? End : other.End);

    /// <summary>The period as text, as <c>2026-03-01T00:00Z/2026-04-01T00:00Z</c>; <c>none</c> without bounds.</summary>
    public override string ToString() => IsBounded
        ? string.Create(CultureInfo.InvariantCulture, $"{Start:yyyy-MM-ddTHH:mmZ}/{End:yyyy-MM-ddTHH:mmZ}")
        : "none";
}
