namespace BudgetFirewall.Storage;

/// <summary>
/// Keeps the number of a store's open reservations within a maximum, exactly. Each shard counts its own; the sum of all shards is kept approximately
/// without locking them, and is counted exactly only when it is near the maximum.
/// </summary>
internal sealed class OpenReservationLimit(int max, Func<OperationShard[]> shards)
{
    /// <summary>The change of a shard's count after which the shard adds it to the approximate sum.</summary>
    public const int MaxUnreported = 64;

    private readonly Lock _lock = new();
    private long _reported;

    public int Max => max;

    /// <summary>Adds the change of a shard's count since its last report to the approximate sum.</summary>
    public void Report(int change) => Interlocked.Add(ref _reported, change);

    /// <summary>Counts one more open reservation of a shard, which holds its lock; false when the maximum is reached.</summary>
    public bool TryOpen(OperationShard shard)
    {
        // Each shard may have up to this many that it has not reported, and may have passed this check with one more.
        if (Volatile.Read(ref _reported) + ((MaxUnreported + 1) * (1 << LimitStateTable.ShardBits)) < max)
        {
            shard.Opened();
            return true;
        }
        // One thread at a time: reservations may close meanwhile, but none opens uncounted.
        lock (_lock)
        {
            long open = 0;
            foreach (var other in shards())
                open += other.Open;
            if (open >= max)
                return false;
            shard.Opened();
            return true;
        }
    }
}
