namespace BudgetFirewall.Storage;

/// <summary>
/// Keeps the number of a store's open reservations within a maximum, exactly. Each shard counts its own; the sum of all shards is kept approximately
/// without locking them, and is counted exactly only when it is near the maximum.
/// </summary>
internal sealed class OpenReservationLimit(int max, Func<OperationShard[]> shards)
{
    /// <summary>The change of a shard's count after which the shard adds it to the approximate sum.</summary>
    public const int Untold = 64;

    private readonly Lock _gate = new();
    private long _told;

    public int Max => max;

    /// <summary>Takes over how a shard's count has changed since it told last.</summary>
    public void Tell(int change) => Interlocked.Add(ref _told, change);

    /// <summary>Counts one more of a shard, which has entered its lock; false when there are as many as there may be.</summary>
    public bool TryOpen(OperationShard shard)
    {
        // Each shard may hide what it has not told, and have passed this line with one more.
        if (Volatile.Read(ref _told) + ((Untold + 1) * (1 << MemoryCells.ShardBits)) < max)
        {
            shard.Opened();
            return true;
        }
        // One at a time: others may close meanwhile, but none opens unseen.
        lock (_gate)
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
