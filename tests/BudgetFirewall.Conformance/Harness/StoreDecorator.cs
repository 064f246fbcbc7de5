using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A client of a store that passes every call on; disposing it leaves the store to its owner. Faulty stores are made from it.</summary>
public class StoreDecorator(IBudgetStore inner) : IBudgetStore
{
    protected IBudgetStore Inner { get; } = inner;

    public virtual ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => Inner.DecideAsync(call);

    public virtual ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) => Inner.ExplainAsync(call);

    public virtual ValueTask<SettleAnswer> SettleAsync(SettleCall call) => Inner.SettleAsync(call);

    public virtual ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease) => Inner.ExtendAsync(reservation, lease);

    public virtual ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) =>
        Inner.FindReservationAsync(partition, operationScope, operationId);

    public virtual ReadOnlyMemory<byte> ReservationSecret(string? partition) => Inner.ReservationSecret(partition);

    public virtual ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) => Inner.ReadStatusAsync(call);

    public virtual ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) => Inner.ReadCatalogAsync(partition, knownVersion);

    public virtual ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits) =>
        Inner.SetLimitsAsync(partition, expectedVersion, limits);

    public virtual ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) => Inner.RemoveLimitAsync(partition, limit);

    public virtual ValueTask ResetAsync(string? partition, CounterFamily family, string scopeId) => Inner.ResetAsync(partition, family, scopeId);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
