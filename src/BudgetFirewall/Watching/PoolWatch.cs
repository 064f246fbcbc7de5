using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Finds pools that are used up: nothing of them is undivided, and no member has room. Of a pool that is not, one member is read in most cases. Not thread-safe.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class PoolWatch(TimeProvider timeProvider)
{
    private const int MostPools = 10_000;
    private const int MostInOnePage = 100;

    private readonly Dictionary<(string? Partition, string PoolId), PoolSeen> _seen = [];

    /// <summary>The events of pools of a partition that are used up, and were not when they were looked at before, nor have an alert that is open.</summary>
    public async ValueTask<IReadOnlyList<BudgetEvent>> LookAsync(IBudgetFirewall firewall, string? partition, KnownCauses known, CancellationToken cancellationToken)
    {
        var (events, count) = (new List<BudgetEvent>(), 0);
        for (string? after = null; count < MostPools;)
        {
            var page = await firewall.Quotas.ListAsync(MostInOnePage, after, partition, cancellationToken).ConfigureAwait(false);
            foreach (var pool in page)
            {
                var isUsedUp = !await HasRoomAsync(firewall, pool, partition, cancellationToken).ConfigureAwait(false);
                if (IsNews(pool, partition, isUsedUp, known.HasPool(pool.Pool.Id, partition)))
                    events.Add(EventOf(pool, partition));
            }
            count += page.Count;
            if (page.Count < MostInOnePage)
                break;
            after = page[^1].Pool.Id;
        }
        return events;
    }

    /// <summary>The reason why a pool that was used up is not any more; null where it is.</summary>
    public static async ValueTask<string?> HasRoomAsync(IBudgetFirewall firewall, AlertCause cause, CancellationToken cancellationToken)
    {
        const string Gone = "The pool is no longer there.";
        try
        {
            var pool = cause.Id is null ? null : await firewall.Quotas.GetAsync(cause.Id, cause.Partition, cancellationToken).ConfigureAwait(false);
            return pool is null ? Gone : await HasRoomAsync(firewall, pool, cause.Partition, cancellationToken).ConfigureAwait(false) ? "The pool has room again." : null;
        }
        catch (ArgumentException)
        {
            return Gone;
        }
    }

    private static async ValueTask<bool> HasRoomAsync(IBudgetFirewall firewall, QuotaState pool, string? partition, CancellationToken cancellationToken)
    {
        if (pool.Undivided > 0 || pool.Pool.Limit == 0)
            return true;
        foreach (var allocation in pool.Allocations.Where(allocation => allocation.Amount > 0))
        {
            var status = await firewall.GetStatusAsync(allocation.Scope, partition, cancellationToken).ConfigureAwait(false);
            if (status.Budgets.FirstOrDefault(budget => budget.BudgetId == pool.BudgetIdOf(allocation.Scope)) is not { IsExceeded: true })
                return true;
        }
        return false;
    }

    /// <summary>True when a pool is used up that was not when it was looked at before.</summary>
    private bool IsNews(QuotaState pool, string? partition, bool isUsedUp, bool isReported)
    {
        var key = (partition, pool.Pool.Id);
        var isKnown = _seen.TryGetValue(key, out var before);
        var isSamePeriod = isKnown && before.Start == pool.Period.Start;
        // What this process has not looked at before, another one may have reported.
        var wasUsedUp = isKnown ? isSamePeriod && before.IsUsedUp : isReported;
        if (!isUsedUp && !wasUsedUp && !isSamePeriod)
        {
            _seen.Remove(key);
            return false;
        }
        if (_seen.Count >= MostPools)
            _seen.Clear();
        _seen[key] = new(pool.Period.Start, isUsedUp);
        return isUsedUp && !wasUsedUp;
    }

    /// <summary>
    /// Makes the event, with an id of its own: this process does not know how often others have reported the pool in its period, and receivers take an event whose id they know for one that they have.
    /// </summary>
    private BudgetEvent EventOf(QuotaState pool, string? partition) =>
        new(BudgetEventTypes.QuotaUsedUp, timeProvider.GetUtcNow(), pool.Pool.Id)
        {
            Partition = partition,
            Data = new()
            {
                PoolId = pool.Pool.Id,
                Partition = partition,
                Unit = pool.Pool.Unit,
                PeriodStart = pool.Pool.Calendar.IsEndless ? null : new DateTimeOffset(pool.Period.Start, TimeSpan.Zero),
                Limit = pool.Pool.Limit,
                Spent = pool.Allocations.Sum(allocation => allocation.Amount),
                Count = pool.Pool.Members.Count,
            },
        };

    private readonly record struct PoolSeen(DateTime Start, bool IsUsedUp);
}
