using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Takes allowances out of what nobody has.</summary>
internal sealed class PoolRest(PoolStore store, PoolWorker worker) : IPoolRest
{
    private const int MaxAttempts = 64;

    // So many operations of one period are remembered by their ids; more than that is none by hand.
    private const int MaxTaken = 1_000;

    public async ValueTask TakeAsync(string? partition, string poolId, long amount, string operationId, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var pool = await worker.ReadyAsync(partition, poolId, cancellationToken).ConfigureAwait(false)
                ?? throw new ArgumentException(DisplayText.Escape($"There is no pool '{poolId}'."), nameof(poolId));
            var state = pool.State;
            if (state.Taken.ContainsKey(operationId))
                return;
            if (amount > state.Rest || state.Taken.Count >= MaxTaken)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(amount), pool.Pool.ToDecimal(amount), DisplayText.Escape(FormattableString.Invariant($"The pool '{poolId}' has {pool.Pool.ToDecimal(state.Rest)} that nobody has, and allowances for its members come out of that.")));
            }
            var taken = new Dictionary<string, long>(state.Taken, StringComparer.Ordinal) { [operationId] = amount };
            if (await store.WriteAsync(pool, state with { Taken = taken }, cancellationToken).ConfigureAwait(false) is not null)
                return;
        }
        throw new BudgetStoreException(DisplayText.Escape($"Others changed the pool '{poolId}' faster than an allowance could be taken out of it.")) { MayHaveHappened = false };
    }
}
