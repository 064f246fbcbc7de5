using System.Collections.Immutable;
using System.Security.Cryptography;

namespace BudgetFirewall.Storage;

/// <summary>The changes of an alert, from one record to the next: pure functions.</summary>
internal static class AlertBook
{
    public const string TimeIsOver = "It has not come again.";

    private const int MostCauses = 100;
    private const int IdDigits = 24;

    /// <summary>The alert after an event.</summary>
    /// <param name="latest">The latest alert of the rule and the group; null when there is none.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="group">The key of the group.</param>
    /// <param name="e">The event.</param>
    /// <param name="isSeen">True for what was seen by looking: where an alert has this cause already, it is no news.</param>
    /// <param name="now">The time now.</param>
    /// <returns>The changed alert; null where there is nothing to change.</returns>
    public static AlertChange? Happened(AlertRecord? latest, AlertRule rule, string group, BudgetEvent e, bool isSeen, DateTimeOffset now)
    {
        var cause = AlertCauses.Of(e, rule, now);
        if (latest is null || (latest.Alert.State == AlertState.Resolved && now - latest.ReportedAt >= rule.QuietFor))
            return new(New(rule, group, e, cause, now), AlertNews.Opened);
        // Written before, and not heard of: the answer was lost.
        var isOpen = latest.Alert.State != AlertState.Resolved;
        // The process that cannot reach the store says so again, so that no other one takes it for gone.
        if (isOpen && isSeen && cause.Kind == AlertCauseKind.Store && latest.Causes.Any(cause.IsSame))
            return new(latest with { Alert = latest.Alert with { LastAt = now } }, AlertNews.None);
        // Above the most causes a look finds those that were forgotten, which is no news either.
        if (isOpen && (latest.Alert.Event.Id == e.Id || (isSeen && (latest.Causes.Length >= MostCauses || latest.Causes.Any(cause.IsSame)))))
            return null;
        var alert = latest.Alert with { Event = e, Count = latest.Alert.Count + 1, LastAt = now, Severity = rule.Severity ?? Higher(latest.Alert.Severity, e.Severity) };
        if (isOpen)
            return new(latest with { Alert = alert, Causes = With(latest.Causes, cause) }, AlertNews.None);
        alert = alert with { State = AlertState.Open, ResolvedAt = null, ResolvedBy = null, Resolution = null, AcknowledgedAt = null, AcknowledgedBy = null, Note = null };
        return new(latest with { Alert = alert, Causes = [cause], TellAt = latest.ReportedAt + rule.QuietFor }, AlertNews.None);
    }

    /// <summary>The alert without causes that are over; resolved where none is left.</summary>
    /// <param name="record">The alert, which is not resolved.</param>
    /// <param name="isOver">Says of a cause that it is over.</param>
    /// <param name="reason">The reason, in a sentence.</param>
    /// <param name="now">The time now.</param>
    /// <returns>The changed alert; null where no cause is over.</returns>
    public static AlertChange? Ended(AlertRecord record, Func<AlertCause, bool> isOver, string reason, DateTimeOffset now)
    {
        ImmutableArray<AlertCause> left = [.. record.Causes.Where(cause => !isOver(cause))];
        if (left.Length == record.Causes.Length)
            return null;
        return left.Length > 0 ? new(record with { Causes = left }, AlertNews.None) : Resolved(record with { Causes = [] }, null, null, reason, now);
    }

    /// <summary>The alert as it is told when its quiet time is over; null where there is nothing to tell.</summary>
    public static AlertChange? Reported(AlertRecord record, DateTimeOffset now) =>
        record.TellAt is { } time && time <= now && record.Alert.State != AlertState.Resolved ? new(record with { TellAt = null, ReportedAt = now }, AlertNews.Opened) : null;

    /// <summary>The alert when somebody looks; null where somebody does already, or it is resolved.</summary>
    public static AlertChange? Acknowledged(AlertRecord record, string? by, string? note, DateTimeOffset now) => record.Alert.State == AlertState.Open
        ? new(record with { Alert = record.Alert with { State = AlertState.Acknowledged, AcknowledgedAt = now, AcknowledgedBy = by, Note = note } }, AlertNews.None)
        : null;

    /// <summary>The alert when it is over; null where it was before.</summary>
    public static AlertChange? Resolved(AlertRecord record, string? by, string? note, string reason, DateTimeOffset now)
    {
        if (record.Alert.State == AlertState.Resolved)
            return null;
        var alert = record.Alert with { State = AlertState.Resolved, ResolvedAt = now, ResolvedBy = by, Note = note ?? record.Alert.Note, Resolution = reason };
        // Who has not heard that it has opened again does not hear that it is over either.
        return new(record with { Alert = alert, Causes = [], TellAt = null }, record.TellAt is null ? AlertNews.Resolved : AlertNews.None);
    }

    private static AlertRecord New(AlertRule rule, string group, BudgetEvent e, AlertCause cause, DateTimeOffset now) => new()
    {
        Alert = new()
        {
            Id = "alr_" + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true),
            Rule = rule.Name,
            Severity = rule.Severity ?? e.Severity,
            Event = e,
            OpenedAt = now,
            LastAt = now,
        },
        Group = group,
        Causes = [cause],
        ReportedAt = now,
    };

    private static ImmutableArray<AlertCause> With(ImmutableArray<AlertCause> causes, AlertCause cause)
    {
        ImmutableArray<AlertCause> others = [.. causes.Where(other => !other.IsSame(cause))];
        // It is over when it is below all the thresholds that were told.
        var lowest = causes.FirstOrDefault(cause.IsSame)?.Threshold is { } known && known < cause.Threshold ? cause with { Threshold = known } : cause;
        return [.. others.Skip(Math.Max(0, others.Length + 1 - MostCauses)), lowest];
    }

    private static BudgetEventSeverity Higher(BudgetEventSeverity one, BudgetEventSeverity other) => one > other ? one : other;
}
