namespace BudgetFirewall.Storage;

/// <summary>
/// The spans of a report, which a database does not know: it adds up hours or days of a constant offset from UTC, and each of those lies in one span of the time zone's calendar.
/// </summary>
internal sealed class ReportSpans
{
    private const long QuartersPerHour = 4;
    private const long QuartersPerDay = 96;

    // Longer than all time, so that there is one slot.
    private const long Whole = 1L << 40;

    private readonly PeriodCalendar? _calendar;
    private readonly Dictionary<(ReportPart Part, long Slot), DateTimeOffset?> _starts = [];

    /// <exception cref="ArgumentException">The times are reversed, before 1970, or the system knows no such time zone.</exception>
    public ReportSpans(LedgerReportRequest request)
    {
        if (request.From >= request.To)
            throw new ArgumentException($"From ({request.From:O}) must be before To ({request.To:O}).", nameof(request));
        if (request.From < DateTimeOffset.UnixEpoch)
            throw new ArgumentException("A ledger has entries from 1970.", nameof(request));
        var first = LedgerTime.Quarter(LedgerTime.Microseconds(request.From));
        var end = LedgerTime.Quarter(LedgerTime.Microseconds(request.To) + LedgerTime.MicrosecondsPerQuarter - 1);
        (From, To) = (LedgerTime.StartOfQuarter(first), LedgerTime.StartOfQuarter(end));
        var period = PeriodOf(request.Interval);
        Width = period is null ? Whole : request.Interval == LedgerInterval.Hour ? QuartersPerHour : QuartersPerDay;
        // A time zone that nobody knows is a mistake also where there is one span, and no clock is looked at.
        var calendar = PeriodCalendar.Of(period ?? BudgetPeriod.Day, request.TimeZone);
        _calendar = period is null ? null : calendar;
        Parts = _calendar is null ? [new(first, end, 0)] : [.. PartsOf(first, end, _calendar.IsInUtc ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(_calendar.TimeZone))];
    }

    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    /// <summary>The quarters of an hour in one slot.</summary>
    public long Width { get; }

    /// <summary>The parts of the time in each of which the clock is at one distance from UTC.</summary>
    public IReadOnlyList<ReportPart> Parts { get; }

    /// <summary>The period that a span is; null for all of the time.</summary>
    public static BudgetPeriod? PeriodOf(LedgerInterval interval) => interval switch
    {
        LedgerInterval.Whole => null,
        LedgerInterval.Hour => BudgetPeriod.Hour,
        LedgerInterval.Day => BudgetPeriod.Day,
        LedgerInterval.Week => BudgetPeriod.Week,
        LedgerInterval.Month => BudgetPeriod.Month,
        _ => throw new ArgumentException($"There is no interval {interval}.", nameof(interval)),
    };

    /// <summary>The first moment of the span that a slot lies in; null where there is one span.</summary>
    public DateTimeOffset? StartOf(ReportPart part, long slot)
    {
        if (_calendar is null)
            return null;
        if (!_starts.TryGetValue((part, slot), out var start))
        {
            var quarter = Math.Max(part.First, (slot * Width) - part.Offset);
            _starts[(part, slot)] = start = new(_calendar.At(LedgerTime.StartOfQuarter(quarter)).Start, TimeSpan.Zero);
        }
        return start;
    }

    private static IEnumerable<ReportPart> PartsOf(long first, long end, TimeZoneInfo zone)
    {
        while (first < end)
        {
            var offset = OffsetAt(zone, first);
            var next = first;
            // By whole days as far as nothing changes, and then by quarters to the change itself.
            while (next < end && OffsetAt(zone, Math.Min(next + QuartersPerDay, end - 1)) == offset)
                next += QuartersPerDay;
            while (next < end && OffsetAt(zone, next) == offset)
                next++;
            next = Math.Min(next, end);
            yield return new(first, next, offset);
            first = next;
        }
    }

    private static long OffsetAt(TimeZoneInfo zone, long quarter) =>
        zone.GetUtcOffset(LedgerTime.StartOfQuarter(quarter)).Ticks / (LedgerTime.MicrosecondsPerQuarter * TimeSpan.TicksPerMicrosecond);
}
