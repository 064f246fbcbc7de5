using System.Security.Cryptography;
using System.Text;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Finds pools that are used up: nothing of them is undivided, and no member has room. Of a pool that is not, one member is read in most cases. Not thread-safe.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class PoolWatch(TimeProvider timeProvider)
{
    private const int MostPools = 10_000;
    private const int MostInOnePage = 100;

    private readonly HashSet<(string? Partition, string PoolId, DateTime Start)> _usedUp = [];

    /// <summary>The events of pools of a partition that are used up, and were not when they were looked at before.</summary>
    public async ValueTask<IReadOnlyList<BudgetEvent>> LookAsync(IBudgetFirewall firewall, string? partition, CancellationToken cancellationToken)
    {
        var (events, count) = (new List<BudgetEvent>(), 0);
        for (string? after = null; count < MostPools;)
        {
            var page = await firewall.Quotas.ListAsync(MostInOnePage, after, partition, cancellationToken).ConfigureAwait(false);
            foreach (var pool in page)
            {
                var key = (partition, pool.Pool.Id, pool.Period.Start);
                if (await HasRoomAsync(firewall, pool, partition, cancellationToken).ConfigureAwait(false))
                    _usedUp.Remove(key);
                else if (Add(key))
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

    private bool Add((string? Partition, string PoolId, DateTime Start) key)
    {
        if (_usedUp.Count >= MostPools)
            _usedUp.Clear();
        return _usedUp.Add(key);
    }

    /// <summary>The event, whose id follows from the pool and its period: another process that finds it too tells the same.</summary>
    private BudgetEvent EventOf(QuotaState pool, string? partition)
    {
        var name = $"{partition?.Length ?? -1}:{partition}{pool.Pool.Id}\0{pool.Period.Start:O}";
        return new(BudgetEventTypes.QuotaUsedUp, timeProvider.GetUtcNow(), pool.Pool.Id)
        {
            Id = "evt_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)),
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
    }
}
