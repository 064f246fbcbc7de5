namespace BudgetFirewall.Storage;

/// <summary>
/// A part of the store's states: a hash table whose entries are the states themselves. Finding a state, or that there is none, takes no lock,
/// unless the table is being changed; adding and removing take it. A thread that adds states or rearranges the table has entered the shard.
/// </summary>
internal sealed class LimitStateShard : SequenceLock
{
    private const int MinBuckets = 16;

    private readonly Lock _lock = new();
    private LimitState?[] _buckets = new LimitState?[MinBuckets];

    public int Count { get; private set; }

    public LimitState? Find(in LimitStateKey key) => Find(key, out _);

    /// <summary>Finds a state; null when there is none, which stays true as long as the shard's version does not change.</summary>
    public LimitState? Find(in LimitStateKey key, out int version)
    {
        var isQuiet = TryLook(out version);
        if (Search(Volatile.Read(ref _buckets), key) is { } found)
            return found;
        // A search during a rearrangement may miss a state, but never finds a wrong one.
        if (isQuiet && IsStill(version))
            return null;
        lock (_lock)
        {
            TryLook(out version);
            return Search(_buckets, key);
        }
    }

    /// <summary>Returns the existing state, or adds the given one and returns it.</summary>
    public LimitState GetOrAdd(in LimitStateKey key, LimitState added)
    {
        lock (_lock)
        {
            if (Search(_buckets, key) is { } found)
                return found;
            // Half empty, because a state that is passed on the way to another is mostly far from the processor.
            if (Count >= _buckets.Length / 2)
                Rearrange(_buckets.Length * 2);
            Enter();
            Push(_buckets, added);
            Exit();
            Count++;
            return added;
        }
    }

    /// <summary>Forgets a state that the caller has entered.</summary>
    public void Drop(LimitState state)
    {
        state.IsDropped = true;
        lock (_lock)
        {
            ref var link = ref _buckets[IndexOf(state.Hash, _buckets)];
            if (link == state)
            {
                link = state.Next;
            }
            else
            {
                var before = link!;
                while (before.Next != state)
                    before = before.Next!;
                before.Next = state.Next;
            }
            Count--;
            if (_buckets.Length > MinBuckets && Count < _buckets.Length / 8)
                Rearrange(_buckets.Length / 2);
        }
    }

    /// <summary>Forgets the states that may be forgotten by now.</summary>
    public void Sweep(long nowTicks)
    {
        foreach (var state in Where(state => state.IsOver(nowTicks)))
        {
            state.Enter();
            if (!state.IsDropped && state.IsOver(nowTicks))
                Drop(state);
            state.Exit();
        }
    }

    /// <summary>The states that meet a condition. The condition is evaluated without entering them, so it may be out of date.</summary>
    public List<LimitState> Where(Func<LimitState, bool> condition)
    {
        var states = new List<LimitState>();
        lock (_lock)
        {
            foreach (var first in _buckets)
            {
                for (var state = first; state is not null; state = state.Next)
                {
                    if (condition(state))
                        states.Add(state);
                }
            }
        }
        return states;
    }

    private static LimitState? Search(LimitState?[] buckets, in LimitStateKey key)
    {
        var state = Volatile.Read(ref buckets[IndexOf(key.Hash, buckets)]);
        while (state is not null && !state.Is(key))
            state = state.Next;
        return state;
    }

    private void Rearrange(int length)
    {
        var buckets = new LimitState?[length];
        Enter();
        foreach (var first in _buckets)
        {
            for (LimitState? state = first, next; state is not null; state = next)
            {
                next = state.Next;
                Push(buckets, state);
            }
        }
        Volatile.Write(ref _buckets, buckets);
        Exit();
    }

    private static void Push(LimitState?[] buckets, LimitState state)
    {
        ref var first = ref buckets[IndexOf(state.Hash, buckets)];
        state.Next = first;
        Volatile.Write(ref first, state);
    }

    // The lowest bits have chosen the shard.
    private static int IndexOf(int hash, LimitState?[] buckets) => (hash >> LimitStateTable.ShardBits) & (buckets.Length - 1);
}
