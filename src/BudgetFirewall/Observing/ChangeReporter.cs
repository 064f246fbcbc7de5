using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reports changes of limits, pools and approvals to the stores that listen, and raises events of those of limits and pools.</summary>
internal sealed class ChangeReporter(IReadOnlyList<ILimitChangeListener> listeners, FirewallEvents events, TimeProvider timeProvider)
{
    /// <summary>True when somebody listens.</summary>
    public bool IsHeard => IsRecorded || events.IsHeard;

    /// <summary>True when a store listens, as with a ledger.</summary>
    public bool IsRecorded => listeners.Count > 0;

    /// <summary>The changes of limits that are set, or removed where there is nothing after: none of those that stay as they are, and none where nobody listens.</summary>
    public ImmutableArray<LimitChange> OfLimits(string? partition, IEnumerable<(LimitDefinition? Before, LimitDefinition? After)> limits, string? by) =>
        IsHeard ? [.. limits.Select(limit => OfLimit(partition, limit.Before, limit.After, by)).OfType<LimitChange>().Where(change => change.Before != change.After)] : [];

    /// <summary>The change of a pool, as JSON, that is allocated, updated or deleted; none where nobody listens.</summary>
    public ImmutableArray<LimitChange> OfPool(string? partition, string poolId, Func<(string? Before, string? After)> pool, string? by)
    {
        if (!IsHeard)
            return [];
        var (before, after) = pool();
        return before == after ? [] : [new(LimitChangeKind.Pool, poolId, partition) { Before = before, After = after, By = by }];
    }

    /// <summary>Reports changes that the store has confirmed.</summary>
    public void Confirmed(ImmutableArray<LimitChange> changes)
    {
        foreach (var change in changes)
            Report(change);
    }

    /// <summary>Reports an approval that was asked for, or has ended.</summary>
    public void ApprovalChanged(string? partition, ApprovalRecord record)
    {
        if (!IsHeard)
            return;
        var isPending = record.State == ApprovalState.Pending;
        var approval = ApprovalOf.Record(record, partition);
        Report(new(LimitChangeKind.Approval, record.Id, partition)
        {
            Scope = approval.Scope,
            Before = isPending ? null : JsonOf(approval with { State = ApprovalState.Pending, Amount = null }),
            After = JsonOf(approval),
            By = isPending ? record.Request.UserId : record.DecidedBy,
            Reason = record.Note,
        });
    }

    private void Report(LimitChange change)
    {
        for (var i = 0; i < listeners.Count; i++)
            listeners[i].Changed(change);
        if (events.IsHeard && EventMaker.OfChange(change, timeProvider.GetUtcNow()) is { } raised)
            events.Raise(raised);
    }

    private static LimitChange? OfLimit(string? partition, LimitDefinition? before, LimitDefinition? after, string? by) => (after ?? before) is { } limit
        ? new(KindOf(limit), limit.Key.Id, partition) { Scope = limit.Scope, Before = JsonOf(before), After = JsonOf(after), By = by }
        : null;

    private static LimitChangeKind KindOf(LimitDefinition limit) => limit.Key.Kind switch
    {
        LimitKind.Budget => LimitChangeKind.Budget,
        LimitKind.RateLimit => LimitChangeKind.RateLimit,
        _ => throw new InvalidOperationException($"There is no kind of limit {limit.Key.Kind}."),
    };

    private static string? JsonOf(LimitDefinition? limit) => limit is null ? null : Encoding.UTF8.GetString(LimitJson.Write(limit));

    private static string JsonOf(Approval approval) => JsonSerializer.Serialize(ApprovalChangeData.Of(approval), ApprovalChangeJsonContext.Default.ApprovalChangeData);
}
