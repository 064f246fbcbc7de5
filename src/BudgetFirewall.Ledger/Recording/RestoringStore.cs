using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around that of memory whose calls wait until it has what the last process has left.</summary>
internal sealed class RestoringStore(IBudgetStore inner, Restoration restoration) : DelegatingBudgetStore(inner)
{
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) =>
        AfterAsync(call, static (store, call) => store.DecideAsync(call));

    public override ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer) =>
        AfterAsync((call, answer), static (store, undo) => store.UndoAsync(undo.call, undo.answer));

    public override ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) =>
        AfterAsync(call, static (store, call) => store.ExplainAsync(call));

    public override ValueTask<SettleAnswer> SettleAsync(SettleCall call) =>
        AfterAsync(call, static (store, call) => store.SettleAsync(call));

    public override ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease) =>
        AfterAsync((reservation, lease), static (store, call) => store.ExtendAsync(call.reservation, call.lease));

    public override ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) =>
        AfterAsync((partition, operationScope, operationId), static (store, name) => store.FindReservationAsync(name.partition, name.operationScope, name.operationId));

    public override ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) =>
        AfterAsync(call, static (store, call) => store.ReadStatusAsync(call));

    public override ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call) =>
        AfterAsync(call, static (store, call) => store.AdaptAsync(call));

    public override ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId) =>
        AfterAsync((partition, rule, scopeId), static (store, limit) => store.FreezeLimitAsync(limit.partition, limit.rule, limit.scopeId));

    public override ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) =>
        AfterAsync((partition, knownVersion), static (store, read) => store.ReadCatalogAsync(read.partition, read.knownVersion));

    public override ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) =>
        AfterAsync((partition, expectedVersion, limits, changes), static (store, set) => store.SetLimitsAsync(set.partition, set.expectedVersion, set.limits, set.changes));

    public override ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) =>
        AfterAsync((partition, limit), static (store, name) => store.RemoveLimitAsync(name.partition, name.limit));

    public override ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) =>
        AfterAsync((partition, expectedVersion, limits, changes), static (store, removal) => store.RemoveLimitsAsync(removal.partition, removal.expectedVersion, removal.limits, removal.changes));

    public override ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) =>
        AfterAsync((partition, family, scopeId), static (store, counter) => store.ResetAsync(counter.partition, counter.family, counter.scopeId));

    public override ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) =>
        AfterAsync((partition, counters), static (store, read) => store.ReadCountersAsync(read.partition, read.counters));

    public override ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) =>
        AfterAsync((partition, name, knownVersion), static (store, read) => store.ReadDocumentAsync(read.partition, read.name, read.knownVersion));

    public override ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        AfterAsync(
            (partition, name, expectedVersion, content, expiresAt, changes),
            static (store, write) => store.WriteDocumentAsync(write.partition, write.name, write.expectedVersion, write.content, write.expiresAt, write.changes));

    public override ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) =>
        AfterAsync(call, static (store, call) => store.GrantAsync(call));

    public override ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) =>
        AfterAsync(call, static (store, call) => store.CorrectAsync(call));

    public override ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) =>
        AfterAsync(call, static (store, call) => store.AskApprovalAsync(call));

    public override ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) =>
        AfterAsync(call, static (store, call) => store.DecideApprovalAsync(call));

    public override ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) =>
        AfterAsync(call, static (store, call) => store.ReadApprovalsAsync(call));

    private ValueTask<TAnswer> AfterAsync<TArgument, TAnswer>(TArgument argument, Func<IBudgetStore, TArgument, ValueTask<TAnswer>> call) =>
        restoration.IsDone ? call(Inner, argument) : WaitAsync(argument, call);

    private async ValueTask<TAnswer> WaitAsync<TArgument, TAnswer>(TArgument argument, Func<IBudgetStore, TArgument, ValueTask<TAnswer>> call)
    {
        await restoration.WaitAsync().ConfigureAwait(false);
        return await call(Inner, argument).ConfigureAwait(false);
    }
}
