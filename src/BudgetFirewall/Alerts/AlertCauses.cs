namespace BudgetFirewall.Storage;

/// <summary>The causes that events tell of, and the events by which causes end.</summary>
internal static class AlertCauses
{
    private static readonly TimeSpan UsualEnd = TimeSpan.FromHours(1);

    /// <summary>The cause of an alert of an event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="rule">The rule that has chosen it.</param>
    /// <param name="now">The time now.</param>
    public static AlertCause Of(BudgetEvent e, AlertRule rule, DateTimeOffset now)
    {
        var scope = e.Scope?.ToString();
        return e.Type switch
        {
            BudgetEventTypes.ThresholdCrossed => new(AlertCauseKind.Budget, e.Data.BudgetId, scope, e.Partition, e.Data.Threshold ?? 1),
            BudgetEventTypes.Overrun => new(AlertCauseKind.Budget, e.Data.BudgetId, scope, e.Partition, 1),
            BudgetEventTypes.StoreAway => new(AlertCauseKind.Store),
            BudgetEventTypes.ApprovalRequested => new(AlertCauseKind.Approval, e.Subject, null, e.Partition, null, e.Data.Until),
            // It is told again while it lasts.
            BudgetEventTypes.LedgerBehind => new(AlertCauseKind.Ledger, EndsAt: now + (rule.ResolveAfter ?? UsualEnd)),
            BudgetEventTypes.QuotaUsedUp => new(AlertCauseKind.Pool, e.Data.PoolId ?? e.Subject, null, e.Partition),
            BudgetEventTypes.Denied or BudgetEventTypes.Throttled or BudgetEventTypes.CommitLate or BudgetEventTypes.RateLimitLowered or BudgetEventTypes.Anomaly or BudgetEventTypes.BurnRate =>
                Lasting(e, scope, now + (rule.ResolveAfter ?? UsualEnd)),
            _ => Lasting(e, scope, now + rule.ResolveAfter),
        };
    }

    /// <summary>The kind of causes that an event ends; null for none.</summary>
    public static AlertCauseKind? EndedBy(BudgetEvent e) => e.Type switch
    {
        BudgetEventTypes.StoreBack => AlertCauseKind.Store,
        BudgetEventTypes.LedgerCaughtUp => AlertCauseKind.Ledger,
        BudgetEventTypes.ApprovalGiven or BudgetEventTypes.ApprovalRefused or BudgetEventTypes.ApprovalExpired or BudgetEventTypes.ApprovalCancelled => AlertCauseKind.Approval,
        _ => null,
    };

    /// <summary>True when an event, which ends causes of this kind, ends this one.</summary>
    public static bool IsEndedBy(AlertCause cause, BudgetEvent e) =>
        cause.Kind == EndedBy(e) && (cause.Kind != AlertCauseKind.Approval || (cause.Id == e.Subject && cause.Partition == e.Partition));

    private static AlertCause Lasting(BudgetEvent e, string? scope, DateTimeOffset? endsAt) => new(AlertCauseKind.Lasting, $"{e.Type} {e.Subject}", scope, e.Partition, null, endsAt);
}
