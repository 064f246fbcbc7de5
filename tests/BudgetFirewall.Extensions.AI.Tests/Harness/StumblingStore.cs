using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A store in memory that fails to confirm as often as it is told, and counts what is asked of it.</summary>
internal sealed class StumblingStore(TimeProvider clock) : IBudgetStore
{
    private MemoryBudgetStore _inner = new(clock);

    /// <summary>How many of the next settlements are not confirmed.</summary>
    public int SettlementsLost { get; set; }

    /// <summary>Whether a settlement that is not confirmed has been recorded.</summary>
    public bool RecordsWhatItLoses { get; set; }

    public int Extensions { get; private set; }

    /// <summary>Loses everything, as a server does that is replaced by an empty one.</summary>
    public void Forget() => _inner = new(clock);

    public ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => _inner.DecideAsync(call);

    public ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer) => _inner.UndoAsync(call, answer);

    public async ValueTask<SettleAnswer> SettleAsync(SettleCall call)
    {
        if (SettlementsLost-- <= 0)
            return await _inner.SettleAsync(call);
        if (RecordsWhatItLoses)
            await _inner.SettleAsync(call);
        throw new BudgetStoreException("The connection was lost.");
    }

    public ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease)
    {
        Extensions++;
        return _inner.ExtendAsync(reservation, lease);
    }

    public ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) => _inner.FindReservationAsync(partition, operationScope, operationId);

    public ReadOnlyMemory<byte> ReservationSecret(string? partition) => _inner.ReservationSecret(partition);

    public ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call) => _inner.AdaptAsync(call);

    public ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) => _inner.AskApprovalAsync(call);

    public ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) => _inner.DecideApprovalAsync(call);

    public ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) => _inner.ReadApprovalsAsync(call);

    public ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) => _inner.ReadStatusAsync(call);

    public ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId) => _inner.FreezeLimitAsync(partition, rule, scopeId);

    public ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) => _inner.ReadCatalogAsync(partition, knownVersion);

    public ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) => _inner.SetLimitsAsync(partition, expectedVersion, limits, changes);

    public ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) => _inner.RemoveLimitAsync(partition, limit);

    public ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) => _inner.RemoveLimitsAsync(partition, expectedVersion, limits, changes);

    public ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) => _inner.ExplainAsync(call);

    public ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) => _inner.ResetAsync(partition, family, scopeId);

    public ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) => _inner.ReadCountersAsync(partition, counters);

    public ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) => _inner.ReadDocumentAsync(partition, name, knownVersion);

    public ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        _inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);

    public ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) => _inner.GrantAsync(call);

    public ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) => _inner.CorrectAsync(call);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
