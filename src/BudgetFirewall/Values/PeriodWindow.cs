using System.Globalization;

namespace BudgetFirewall;

/// <summary>One period: from its start up to, not including, its end; both UTC. Without bounds for <see cref="BudgetPeriod.None"/>.</summary>
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
            return new(DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
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

    /// <summary>True when the period ends by itself.</summary>
    public bool IsBounded => End != DateTime.MaxValue;

    /// <summary>True when a moment lies in the period.</summary>
    /// <param name="moment">The moment; only its UTC time counts.</param>
    public bool Contains(DateTimeOffset moment) => moment.UtcDateTime >= Start && (moment.UtcDateTime < End || !IsBounded);

    /// <summary>The period as text, as <c>2026-03-01T00:00Z/2026-04-01T00:00Z</c>; <c>none</c> without bounds.</summary>
    public override string ToString() => IsBounded
        ? string.Create(CultureInfo.InvariantCulture, $"{Start:yyyy-MM-ddTHH:mmZ}/{End:yyyy-MM-ddTHH:mmZ}")
        : "none";
}
