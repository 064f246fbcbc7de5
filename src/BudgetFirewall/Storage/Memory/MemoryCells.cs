namespace BudgetFirewall.Storage;

/// <summary>Every counter and rate limit, spread over shards by the hash of its key.</summary>
internal sealed class MemoryCells
{
    public const int ShardBits = 6;

    private readonly CellShard[] _shards = [.. Enumerable.Range(0, 1 << ShardBits).Select(_ => new CellShard())];
    private long _lastOrder;

    public ReadOnlySpan<CellShard> Shards => _shards;

    /// <summary>The shard that has the cells of a hash, or that they would be added to.</summary>
    public CellShard ShardOf(int hash) => _shards[hash & ((1 << ShardBits) - 1)];

    public Counter? FindCounter(in CellKey key) => (Counter?)ShardOf(key.Hash).Find(key);

    public RateLimitCell? FindRateLimit(in CellKey key) => (RateLimitCell?)ShardOf(key.Hash).Find(key);

    /// <summary>Returns the counter, or adds a new one.</summary>
    public Counter GetCounter(in CellKey key, in PeriodWindow period, long nowTicks) =>
        FindCounter(key) ?? (Counter)ShardOf(key.Hash).GetOrAdd(key, new Counter(key, NextOrder(), period, nowTicks));

    /// <summary>Returns the cell of a rate limit, or adds a new one.</summary>
    public RateLimitCell GetRateLimit(in LimitStep step, string? partition)
    {
        var key = CellKey.Of(step.Rule, step.ScopeId, partition);
        return FindRateLimit(key) ?? (RateLimitCell)ShardOf(key.Hash).GetOrAdd(key, RateLimitCell.Of(step.Rule, key, NextOrder()));
    }

    /// <summary>Leaves a cell that was entered; one that nothing was written to is forgotten.</summary>
    public void Leave(Cell cell)
    {
        if (cell is { IsNew: true, IsDropped: false })
            ShardOf(cell.Hash).Drop(cell);
        cell.Exit();
    }

    private long NextOrder() => Interlocked.Increment(ref _lastOrder);
}
