using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around that of memory, which records every change of a counter, and of what the store was told, once the store has answered.</summary>
/// <param name="inner">The store.</param>
/// <param name="entries">Makes the entries.</param>
/// <param name="feed">Delivers them.</param>
/// <param name="state">Makes the changes of state; null where they are not kept.</param>
/// <param name="times">The times of changes that have none of their own.</param>
internal sealed class LedgerStore(IBudgetStore inner, EntryFactory entries, LedgerFeed feed, StateRecorder? state, ChangeTimes times) : DelegatingBudgetStore(inner)
{
    // From the call of the store to the queue: of two changes of one thing the second must not come first.
    private readonly SemaphoreSlim _changing = new(1);

    /// <exception cref="BudgetStoreException">Too many entries wait, and the call is not a charge.</exception>
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        LedgerBacklog.Check(call, feed);
        var answering = Inner.DecideAsync(call);
        return answering.IsCompletedSuccessfully ? new(Recorded(call, answering.Result)) : AwaitAsync(call, answering);
    }

    public override ValueTask<SettleAnswer> SettleAsync(SettleCall call)
    {
        var answering = Inner.SettleAsync(call);
        return answering.IsCompletedSuccessfully ? new(Recorded(call, answering.Result)) : AwaitAsync(call, answering);
    }

    public override async ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId)
    {
        var reset = await Inner.ResetAsync(partition, family, scopeId).ConfigureAwait(false);
        if (reset is { Spent: not 0 } spent)
            feed.Record(entries.OfReset(partition, family, scopeId, spent));
        if (reset is { Allowance: not 0 } allowance)
            feed.Record(entries.OfEndedAllowance(partition, family, scopeId, allowance));
        return reset;
    }

    public override async ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call)
    {
        var answer = await Inner.GrantAsync(call).ConfigureAwait(false);
        if (answer is { Status: AllowanceStatus.Done, IsReplay: false, Moved: not 0 })
            feed.Record(entries.OfAllowance(call, answer));
        return answer;
    }

    public override async ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call)
    {
        var answer = await Inner.CorrectAsync(call).ConfigureAwait(false);
        if (answer is { Status: CorrectionStatus.Done, IsReplay: false })
            feed.Record(entries.OfCorrection(call, answer));
        return answer;
    }

    public override ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) => ChangeAsync(
        call,
        static (store, call) => store.AskApprovalAsync(call),
        (call, answer) => Keep(state is null ? [] : [.. answer.Approvals.Select(asked => asked.Made).OfType<ApprovalRecord>().Select(made => state.OfApproval(call.Partition, made))]));

    public override ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) =>
        ChangeAsync(call, static (store, call) => store.DecideApprovalAsync(call), Decided);

    public override ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) => ChangeAsync(
        (partition, expectedVersion, limits, changes),
        static (store, set) => store.SetLimitsAsync(set.partition, set.expectedVersion, set.limits, set.changes),
        (set, version) => Done(version is null ? [] : set.changes, version is null || state is null ? [] : state.OfLimits(set.partition, set.limits)));

    public override ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) => ChangeAsync(
        (partition, limit),
        static (store, removal) => store.RemoveLimitAsync(removal.partition, removal.limit),
        (removal, isRemoved) => Keep(!isRemoved || state is null ? [] : state.OfRemoved(removal.partition, [removal.limit])));

    public override ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) => ChangeAsync(
        (partition, expectedVersion, limits, changes),
        static (store, removal) => store.RemoveLimitsAsync(removal.partition, removal.expectedVersion, removal.limits, removal.changes),
        (removal, version) => Done(
            version is null || version == removal.expectedVersion ? [] : removal.changes,
            version is null || state is null ? [] : state.OfRemoved(removal.partition, removal.limits)));

    public override ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) => ChangeAsync(
        (partition, name, expectedVersion, content, expiresAt, changes),
        static (store, write) => store.WriteDocumentAsync(write.partition, write.name, write.expectedVersion, write.content, write.expiresAt, write.changes),
        (write, version) => Done(version is null ? [] : write.changes, version is null || state is null ? [] : state.OfDocument(write.partition, write.name, write.content, write.expiresAt)));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        _changing.Dispose();
    }

    private async ValueTask<DecisionAnswer> AwaitAsync(DecisionCall call, ValueTask<DecisionAnswer> answering) => Recorded(call, await answering.ConfigureAwait(false));

    private async ValueTask<SettleAnswer> AwaitAsync(SettleCall call, ValueTask<SettleAnswer> answering) => Recorded(call, await answering.ConfigureAwait(false));

    private DecisionAnswer Recorded(DecisionCall call, DecisionAnswer answer)
    {
        if (answer is { Status: DecisionStatus.Done, IsReplay: false } && call.Kind is DecisionKind.Charge or DecisionKind.Spend)
            feed.Record(entries.OfCharge(call, answer));
        return answer;
    }

    private SettleAnswer Recorded(SettleCall call, SettleAnswer answer)
    {
        if (answer is { Status: SettleStatus.Done, IsReplay: false } && call.IsCommit)
            feed.Record(entries.OfCommit(call, answer));
        return answer;
    }

    /// <summary>Records the end of an approval and what it gives together.</summary>
    private void Decided(DecideApprovalCall call, DecideApprovalAnswer answer)
    {
        if (answer is not { Status: DecideApprovalStatus.Done, IsReplay: false, Approval: { } approval })
            return;
        var entry = approval.Amount > 0 ? entries.OfApproval(call, approval, answer.Now) : null;
        DateTimeOffset? silentUntil = approval.State == ApprovalState.Denied && call.AskAgainAfter > TimeSpan.Zero ? answer.Now + call.AskAgainAfter : null;
        Record(entry, state is null ? [] : [state.OfApproval(call.Partition, approval, silentUntil)]);
    }

    /// <summary>Records what is told with a change, and what is kept of it with the last of that: a process that dies between the entries of a pool leaves them to the next one, which tells the same again.</summary>
    private void Done(ImmutableArray<LimitChange> changes, ImmutableArray<StateChange> kept)
    {
        if (changes.IsDefaultOrEmpty)
        {
            Keep(kept);
            return;
        }
        for (var i = 0; i < changes.Length; i++)
            Record(entries.OfChange(changes[i], changes[i].Time ?? times.Next()), i == changes.Length - 1 ? kept : []);
    }

    private void Keep(ImmutableArray<StateChange> changes) => Record(entry: null, changes);

    private void Record(LedgerEntry? entry, ImmutableArray<StateChange> changes)
    {
        if (entry is not null || !changes.IsEmpty)
            feed.Record(new FeedItem(entry, changes));
    }

    private async ValueTask<TAnswer> ChangeAsync<TCall, TAnswer>(TCall call, Func<IBudgetStore, TCall, ValueTask<TAnswer>> change, Action<TCall, TAnswer> record)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            var answer = await change(Inner, call).ConfigureAwait(false);
            record(call, answer);
            return answer;
        }
        finally
        {
            _changing.Release();
        }
    }
}
