using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>A store in memory that can be taken away, and that several applications may share: disposing it does nothing.</summary>
internal sealed class SwitchableStore : IBudgetStore
{
    private readonly MemoryBudgetStore _inner;
    private int _calls;

    public SwitchableStore(TimeProvider? clock = null) => _inner = new(clock ?? TimeProvider.System);

    public bool IsAway { get; set; }

    public int Calls => _calls;

    /// <summary>A runtime budget that is kept and cannot be read; null: all can be.</summary>
    public UnreadableLimit? Damaged { get; set; }

    public ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => Reach().DecideAsync(call);

    public ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer) => Reach().UndoAsync(call, answer);

    public ValueTask<SettleAnswer> SettleAsync(SettleCall call) => Reach().SettleAsync(call);

    public ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease) => Reach().ExtendAsync(reservation, lease);

    public ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) => Reach().FindReservationAsync(partition, operationScope, operationId);

    public ReadOnlyMemory<byte> ReservationSecret(string? partition) => _inner.ReservationSecret(partition);

    public ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call) => Reach().AdaptAsync(call);

    public ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) => Reach().AskApprovalAsync(call);

    public ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) => Reach().DecideApprovalAsync(call);

    public ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) => Reach().ReadApprovalsAsync(call);

    public ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) => Reach().ReadStatusAsync(call);

    public ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId) => Reach().FreezeLimitAsync(partition, rule, scopeId);

    public async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
    {
        var changes = await Reach().ReadCatalogAsync(partition, knownVersion);
        return Damaged is { } damaged
            ? changes with { Set = changes.Set.RemoveAll(limit => limit.Key == damaged.Key), Unreadable = [damaged] }
            : changes;
    }

    public ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) => Reach().SetLimitsAsync(partition, expectedVersion, limits, changes);

    public ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) => Reach().RemoveLimitAsync(partition, limit);

    public ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) => Reach().RemoveLimitsAsync(partition, expectedVersion, limits, changes);

    public ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) => Reach().ExplainAsync(call);

    public ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) => Reach().ResetAsync(partition, family, scopeId);

    public ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) => Reach().ReadCountersAsync(partition, counters);

    public ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) => Reach().ReadDocumentAsync(partition, name, knownVersion);

    public ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        Reach().WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);

    public ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) => Reach().GrantAsync(call);

    public ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) => Reach().CorrectAsync(call);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MemoryBudgetStore Reach()
    {
        Interlocked.Increment(ref _calls);
        return IsAway ? throw new BudgetStoreException("The store is away.") { MayHaveHappened = false } : _inner;
    }
}
