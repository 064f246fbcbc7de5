using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Takes allowances out of what nobody has.</summary>
internal sealed class PoolRest(PoolStore store, PoolWorker worker) : IPoolRest
{
    private const int MaxAttempts = 64;

    // So many operations of one period are remembered by their ids; more than that is none by hand.
    private const int MaxTaken = 1_000;

    public async ValueTask<PeriodWindow?> TakeAsync(string? partition, string poolId, PoolTaking taking, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var pool = await worker.ReadyAsync(partition, poolId, cancellationToken).ConfigureAwait(false)
                ?? throw new ArgumentException(DisplayText.Escape($"There is no pool '{poolId}'."), nameof(poolId));
            var state = pool.State;
            var period = pool.Pool.Calendar.At(new(state.Period, TimeSpan.Zero));
            if (taking.PeriodStart is { } only && only != period.Start)
                return null;
            if (state.Taken.TryGetValue(taking.Name, out var taken))
                return taken == taking.Amount ? period : throw new OperationConflictException("The operation was begun before with another amount.");
            if (taking.Amount > state.Rest || state.Taken.Count >= MaxTaken)
            {
                throw new ArgumentOutOfRangeException(
                    "amount", pool.Pool.ToDecimal(taking.Amount), DisplayText.Escape(FormattableString.Invariant($"The pool '{poolId}' has {pool.Pool.ToDecimal(state.Rest)} that nobody has, and allowances for its members come out of that.")));
            }
            var all = new Dictionary<string, long>(state.Taken, StringComparer.Ordinal) { [taking.Name] = taking.Amount };
            if (await store.WriteAsync(pool, state with { Taken = all }, cancellationToken).ConfigureAwait(false) is not null)
                return period;
        }
        throw new BudgetStoreException(DisplayText.Escape($"Others changed the pool '{poolId}' faster than an allowance could be taken out of it.")) { MayHaveHappened = false };
    }
}
