using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// A store around one that keeps the entries of a ledger in a stream. It tells the feed which partitions have new entries, so that they are delivered at once, and refuses decisions while too many wait.
/// </summary>
internal sealed class StreamStore(IBudgetStore inner, StreamFeed feed) : DelegatingBudgetStore(inner)
{
    /// <exception cref="BudgetStoreException">Too many entries wait, and the call is not a charge.</exception>
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        LedgerBacklog.Check(call, feed);
        return call.Kind is DecisionKind.Charge or DecisionKind.Spend ? AppendedAsync(Inner.DecideAsync(call), call.Partition) : Inner.DecideAsync(call);
    }

    public override ValueTask<SettleAnswer> SettleAsync(SettleCall call) =>
        call is { IsCommit: true, IsReplayOnly: false } ? AppendedAsync(Inner.SettleAsync(call), call.Reservation.Partition) : Inner.SettleAsync(call);

    public override ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) => AppendedAsync(Inner.ResetAsync(partition, family, scopeId), partition);

    public override ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) => AppendedAsync(Inner.GrantAsync(call), call.Partition);

    public override ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) => AppendedAsync(Inner.CorrectAsync(call), call.Partition);

    public override ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) =>
        AppendedAsync(Inner.SetLimitsAsync(partition, expectedVersion, limits, changes), partition, changes);

    public override ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) =>
        AppendedAsync(Inner.RemoveLimitsAsync(partition, expectedVersion, limits, changes), partition, changes);

    public override ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        AppendedAsync(Inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes), partition, changes);

    public override ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) => AppendedAsync(Inner.DecideApprovalAsync(call), call.Partition);

    /// <summary>Ends the delivery first, which needs the store.</summary>
    public override async ValueTask DisposeAsync()
    {
        await feed.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private ValueTask<T> AppendedAsync<T>(ValueTask<T> call, string? partition, ImmutableArray<LimitChange> changes) => changes.IsDefaultOrEmpty ? call : AppendedAsync(call, partition);

    // Told after a failure too: the entry may have been appended. A partition that is told in vain is looked at once.
    private async ValueTask<T> AppendedAsync<T>(ValueTask<T> call, string? partition)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        finally
        {
            feed.Appended(partition);
        }
    }
}
