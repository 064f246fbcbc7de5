namespace BudgetFirewall.Storage;

/// <summary>Every counter and rate limit, spread over shards by the hash of its key.</summary>
internal sealed class LimitStateTable
{
    public const int ShardBits = 6;

    private readonly LimitStateShard[] _shards = [.. Enumerable.Range(0, 1 << ShardBits).Select(_ => new LimitStateShard())];
    private long _lastOrder;

    public ReadOnlySpan<LimitStateShard> Shards => _shards;

    /// <summary>The shard that has the states of a hash, or that they would be added to.</summary>
    public LimitStateShard ShardOf(int hash) => _shards[hash & ((1 << ShardBits) - 1)];

    public Counter? FindCounter(in LimitStateKey key) => (Counter?)ShardOf(key.Hash).Find(key);

    public RateLimiter? FindRateLimiter(in LimitStateKey key) => (RateLimiter?)ShardOf(key.Hash).Find(key);

    /// <summary>Returns the counter, or adds a new one.</summary>
    /// <param name="key">The counter's key.</param>
    /// <param name="keptUntil">The time until which a new one is kept, UTC; the maximum: always.</param>
    /// <param name="nowTicks">The time.</param>
    public Counter GetCounter(in LimitStateKey key, DateTime keptUntil, long nowTicks) =>
        FindCounter(key) ?? (Counter)ShardOf(key.Hash).GetOrAdd(key, new Counter(key, NextOrder(), keptUntil, nowTicks));

    public KeptLimit? FindLimit(in LimitStateKey key) => (KeptLimit?)ShardOf(key.Hash).Find(key);

    /// <summary>Returns the limit that is kept, or keeps another one.</summary>
    public KeptLimit GetLimit(in LimitStateKey key, long limit, DateTime periodEnd) =>
        (KeptLimit)ShardOf(key.Hash).GetOrAdd(key, new KeptLimit(key, NextOrder(), limit, periodEnd));

    /// <summary>Returns the limiter of a rate limit, or adds a new one.</summary>
    public RateLimiter GetRateLimiter(in LimitDemand demand, string? partition)
    {
        var key = LimitStateKey.Of(demand.Rule, demand.ScopeId, partition);
        return FindRateLimiter(key) ?? (RateLimiter)ShardOf(key.Hash).GetOrAdd(key, RateLimiter.Of(demand.Rule, key, NextOrder()));
    }

    /// <summary>Leaves a state that was entered; one that nothing was written to is forgotten.</summary>
    public void Leave(LimitState state)
    {
        if (state is { IsNew: true, IsDropped: false })
            ShardOf(state.Hash).Drop(state);
        state.Exit();
    }

    private long NextOrder() => Interlocked.Increment(ref _lastOrder);
}
