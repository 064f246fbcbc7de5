using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around that of memory whose calls wait until it has what the last process has left.</summary>
internal sealed class RestoringStore(IBudgetStore inner, Restoration restoration) : DelegatingBudgetStore(inner)
{
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) =>
        restoration.IsDone ? Inner.DecideAsync(call) : AfterAsync(call, static (store, call) => store.DecideAsync(call));

    public override ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer) =>
        restoration.IsDone ? Inner.UndoAsync(call, answer) : AfterAsync((call, answer), static (store, undo) => store.UndoAsync(undo.call, undo.answer));

    public override ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) =>
        restoration.IsDone ? Inner.ExplainAsync(call) : AfterAsync(call, static (store, call) => store.ExplainAsync(call));

    public override ValueTask<SettleAnswer> SettleAsync(SettleCall call) =>
        restoration.IsDone ? Inner.SettleAsync(call) : AfterAsync(call, static (store, call) => store.SettleAsync(call));

    public override ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease) =>
        restoration.IsDone ? Inner.ExtendAsync(reservation, lease) : AfterAsync((reservation, lease), static (store, call) => store.ExtendAsync(call.reservation, call.lease));

    public override ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) => restoration.IsDone
        ? Inner.FindReservationAsync(partition, operationScope, operationId)
        : AfterAsync((partition, operationScope, operationId), static (store, name) => store.FindReservationAsync(name.partition, name.operationScope, name.operationId));

    public override ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) =>
        restoration.IsDone ? Inner.ReadStatusAsync(call) : AfterAsync(call, static (store, call) => store.ReadStatusAsync(call));

    public override ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call) =>
        restoration.IsDone ? Inner.AdaptAsync(call) : AfterAsync(call, static (store, call) => store.AdaptAsync(call));

    public override ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId) => restoration.IsDone
        ? Inner.FreezeLimitAsync(partition, rule, scopeId)
        : AfterAsync((partition, rule, scopeId), static (store, limit) => store.FreezeLimitAsync(limit.partition, limit.rule, limit.scopeId));

    public override ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) => restoration.IsDone
        ? Inner.ReadCatalogAsync(partition, knownVersion)
        : AfterAsync((partition, knownVersion), static (store, read) => store.ReadCatalogAsync(read.partition, read.knownVersion));

    public override ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits) => restoration.IsDone
        ? Inner.SetLimitsAsync(partition, expectedVersion, limits)
        : AfterAsync((partition, expectedVersion, limits), static (store, set) => store.SetLimitsAsync(set.partition, set.expectedVersion, set.limits));

    public override ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) =>
        restoration.IsDone ? Inner.RemoveLimitAsync(partition, limit) : AfterAsync((partition, limit), static (store, name) => store.RemoveLimitAsync(name.partition, name.limit));

    public override ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits) => restoration.IsDone
        ? Inner.RemoveLimitsAsync(partition, expectedVersion, limits)
        : AfterAsync((partition, expectedVersion, limits), static (store, removal) => store.RemoveLimitsAsync(removal.partition, removal.expectedVersion, removal.limits));

    public override ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) => restoration.IsDone
        ? Inner.ResetAsync(partition, family, scopeId)
        : AfterAsync((partition, family, scopeId), static (store, counter) => store.ResetAsync(counter.partition, counter.family, counter.scopeId));

    public override ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) => restoration.IsDone
        ? Inner.ReadCountersAsync(partition, counters)
        : AfterAsync((partition, counters), static (store, read) => store.ReadCountersAsync(read.partition, read.counters));

    public override ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) => restoration.IsDone
        ? Inner.ReadDocumentAsync(partition, name, knownVersion)
        : AfterAsync((partition, name, knownVersion), static (store, read) => store.ReadDocumentAsync(read.partition, read.name, read.knownVersion));

    public override ValueTask<string?> WriteDocumentAsync(string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt) => restoration.IsDone
        ? Inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt)
        : AfterAsync(
            (partition, name, expectedVersion, content, expiresAt),
            static (store, write) => store.WriteDocumentAsync(write.partition, write.name, write.expectedVersion, write.content, write.expiresAt));

    public override ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) =>
        restoration.IsDone ? Inner.GrantAsync(call) : AfterAsync(call, static (store, call) => store.GrantAsync(call));

    public override ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) =>
        restoration.IsDone ? Inner.AskApprovalAsync(call) : AfterAsync(call, static (store, call) => store.AskApprovalAsync(call));

    public override ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) =>
        restoration.IsDone ? Inner.DecideApprovalAsync(call) : AfterAsync(call, static (store, call) => store.DecideApprovalAsync(call));

    public override ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) =>
        restoration.IsDone ? Inner.ReadApprovalsAsync(call) : AfterAsync(call, static (store, call) => store.ReadApprovalsAsync(call));

    private async ValueTask<TAnswer> AfterAsync<TArgument, TAnswer>(TArgument argument, Func<IBudgetStore, TArgument, ValueTask<TAnswer>> call)
    {
        await restoration.WaitAsync().ConfigureAwait(false);
        return await call(Inner, argument).ConfigureAwait(false);
    }
}
