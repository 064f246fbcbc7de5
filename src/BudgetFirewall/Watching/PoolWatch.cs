using System.Globalization;
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

    private readonly Dictionary<(string? Partition, string PoolId), PoolSeen> _usedUp = [];

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
                if (Tells(pool, partition, isUsedUp, known.HasPool(pool.Pool.Id, partition)) is { } occurrence)
                    events.Add(EventOf(pool, partition, occurrence));
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

    /// <summary>The number of times that a pool was used up before in its period, where being used up is news; null otherwise.</summary>
    private int? Tells(QuotaState pool, string? partition, bool isUsedUp, bool isTold)
    {
        var key = (partition, pool.Pool.Id);
        // What this process has not looked at before, another one may have told of.
        var seen = !_usedUp.TryGetValue(key, out var before) ? new(pool.Period.Start, isTold, 0) : before.Start == pool.Period.Start ? before : new(pool.Period.Start, IsUsedUp: false, 0);
        if (!isUsedUp && seen is { IsUsedUp: false, Before: 0 })
        {
            _usedUp.Remove(key);
            return null;
        }
        if (_usedUp.Count >= MostPools)
            _usedUp.Clear();
        _usedUp[key] = new(pool.Period.Start, isUsedUp, seen.Before + (seen.IsUsedUp && !isUsedUp ? 1 : 0));
        return isUsedUp && !seen.IsUsedUp ? seen.Before : null;
    }

    /// <summary>
    /// The event. Its id follows from the pool, its period and limit, and how often it was used up before: another process that finds the same tells the same, and a pool that has had room meanwhile is told again.
    /// </summary>
    private BudgetEvent EventOf(QuotaState pool, string? partition, int before)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{partition?.Length ?? -1}:{partition}{pool.Pool.Id}\0{pool.Period.Start:O}\0{pool.Pool.Limit}\0{before}");
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

    private readonly record struct PoolSeen(DateTime Start, bool IsUsedUp, int Before);
}
