namespace BudgetFirewall.Testing;

/// <summary>The pools of a fake firewall: divided as they would be, and used by nobody.</summary>
internal sealed class FakeQuotas(TimeProvider timeProvider) : IQuotas
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Partition, string Id), QuotaPool> _pools = new(Comparer<(string Partition, string Id)>.Create(static (left, right) =>
        string.CompareOrdinal(left.Partition, right.Partition) is var order and not 0 ? order : string.CompareOrdinal(left.Id, right.Id)));

    public IQuotas ChangedBy(string? name) => this;

    public ValueTask<QuotaState?> AllocateAsync(QuotaPool pool, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var state = StateOf(pool);
        lock (_lock)
            return new(_pools.TryAdd((partition ?? "", pool.Id), pool) || _pools[(partition ?? "", pool.Id)].Equals(pool) ? state : null);
    }

    public async ValueTask<IReadOnlyList<QuotaState?>> AllocateManyAsync(IReadOnlyCollection<QuotaPool> pools, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pools);
        var states = new List<QuotaState?>(pools.Count);
        foreach (var pool in pools)
            states.Add(await AllocateAsync(pool, partition, cancellationToken).ConfigureAwait(false));
        return states;
    }

    public ValueTask<QuotaState?> UpdateAsync(QuotaPool pool, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var state = StateOf(pool);
        lock (_lock)
        {
            if (!_pools.ContainsKey((partition ?? "", pool.Id)))
                return default;
            _pools[(partition ?? "", pool.Id)] = pool;
            return new(state);
        }
    }

    public ValueTask<bool> DeleteAsync(string poolId, string? partition = null, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return new(_pools.Remove((partition ?? "", poolId)));
    }

    public ValueTask<QuotaState?> GetAsync(string poolId, string? partition = null, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return new(_pools.TryGetValue((partition ?? "", poolId), out var pool) ? StateOf(pool) : null);
    }

    public ValueTask<IReadOnlyList<QuotaState>> ListAsync(int count = 100, string? afterId = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return new([.. _pools.Where(pool => pool.Key.Partition == (partition ?? "") && (afterId is null || string.CompareOrdinal(pool.Key.Id, afterId) > 0)).Take(count).Select(pool => StateOf(pool.Value))]);
    }

    /// <summary>No period ends.</summary>
    public async ValueTask<IReadOnlyList<QuotaPeriod>?> GetHistoryAsync(string poolId, int count = 100, DateTimeOffset? before = null, string? partition = null, CancellationToken cancellationToken = default) =>
        await GetAsync(poolId, partition, cancellationToken).ConfigureAwait(false) is null ? null : [];

    public ValueTask<QuotaState?> ReallocateAsync(string poolId, IReadOnlyCollection<BudgetScope>? inNeed = null, string? partition = null, CancellationToken cancellationToken = default) =>
        GetAsync(poolId, partition, cancellationToken);

    private QuotaState StateOf(QuotaPool pool)
    {
        var division = QuotaDivision.Of(pool, pool.Limit);
        return new() { Pool = pool, Period = PeriodWindow.At(pool.Period, timeProvider.GetUtcNow(), pool.TimeZone), Allocations = division.Allocations, RolledOver = [], Undivided = division.Undivided };
    }
}
