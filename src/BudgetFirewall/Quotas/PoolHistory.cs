using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads the ended periods of pools: from the store as long as it keeps them, and older ones from a ledger where there is one.</summary>
internal sealed class PoolHistory(SettingsSource settingsSource, TimeProvider timeProvider, PoolStore store, IChangeHistory? ledger)
{
    // So many periods in a row that have no record are the end of a pool's history: what is older was lost with them, or was never recorded.
    private const int MaxMissing = 1_000;

    private const int MostChangesAtOnce = 1_000;

    /// <summary>The ended periods of a pool that begin before a time, the latest first.</summary>
    /// <exception cref="BudgetStoreException">The store or the ledger did not answer, or what it has cannot be read.</exception>
    public async ValueTask<IReadOnlyList<QuotaPeriod>> ReadAsync(StoredPool pool, int count, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        var periods = new List<QuotaPeriod>();
        var calendar = pool.Pool.Calendar;
        var first = before is { } given && given.UtcTicks < pool.State.Period ? calendar.At(given) : calendar.At(new(pool.State.Period, TimeSpan.Zero));
        var at = first;
        var keptFrom = timeProvider.GetUtcNow() - settingsSource.Current.QuotaHistory;
        // The record of the period that a page comes before knows where nobody recorded those directly before it.
        var last = before is null ? null : await store.ReadPeriodAsync(pool.Partition, pool.Pool.Id, at, cancellationToken).ConfigureAwait(false);
        for (var missing = 0; periods.Count < count && missing < MaxMissing && at.Start.Ticks > pool.State.FirstPeriod;)
        {
            at = calendar.At(new(last?.Before ?? at.Start.Ticks - 1, TimeSpan.Zero));
            if (at.End < keptFrom.UtcDateTime)
                break;
            last = await store.ReadPeriodAsync(pool.Partition, pool.Pool.Id, at, cancellationToken).ConfigureAwait(false);
            missing = last is null ? missing + 1 : 0;
            if (last is not null)
                periods.Add(QuotaPeriod.Of(pool.Pool, last));
        }
        var oldest = periods.Count > 0 ? periods[^1].Period.Start : first.Start;
        if (ledger is not null && periods.Count < count && oldest.Ticks > pool.State.FirstPeriod)
            await AddFromLedgerAsync(ledger, pool, periods, count, new(oldest), cancellationToken).ConfigureAwait(false);
        return periods;
    }

    private static async ValueTask AddFromLedgerAsync(IChangeHistory ledger, StoredPool pool, List<QuotaPeriod> periods, int count, DateTimeOffset upTo, CancellationToken cancellationToken)
    {
        var wanted = new LimitChange(LimitChangeKind.PoolPeriod, pool.Pool.Id, pool.Partition);
        var from = new DateTimeOffset(pool.State.FirstPeriod, TimeSpan.Zero);
        while (periods.Count < count)
        {
            // All parts of a period have its end as their time. Those of the last one may go on after what is read, and then it is read again.
            var atOnce = Math.Min((count - periods.Count + 1) * PoolUsage.PartsOf(QuotaPool.MaxMembers), MostChangesAtOnce);
            var read = await ledger.ReadChangesAsync(wanted, from, upTo, atOnce, cancellationToken).ConfigureAwait(false);
            var ended = read.GroupBy(change => change.Time!.Value).ToList();
            var isAll = read.Count < atOnce;
            foreach (var parts in isAll ? ended : ended[..^1])
            {
                if (periods.Count < count && Read(pool, parts) is { } period)
                    periods.Add(period);
            }
            if (isAll)
                return;
            upTo = ended[^1].Key;
        }
    }

    private static QuotaPeriod? Read(StoredPool pool, IEnumerable<LimitChange> parts)
    {
        try
        {
            // A pool that was deleted and allocated again may have had another period.
            return PoolUsage.PeriodOf(pool.Pool.Id, parts) is { } period && period.Period.Start.Ticks >= pool.State.FirstPeriod ? period : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new BudgetStoreException(DisplayText.Escape($"What the ledger has of the pool '{pool.Pool.Id}' cannot be read: {e.Message}"), e) { IsNeverAllowed = true, MayHaveHappened = false };
        }
    }
}
