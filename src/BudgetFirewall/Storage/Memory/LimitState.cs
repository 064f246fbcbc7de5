namespace BudgetFirewall.Storage;

/// <summary>The state of one counter or rate limit, and an entry of the shard that keeps it.</summary>
internal abstract class LimitState(in LimitStateKey key, long order) : SequenceLock
{
    private readonly string _name = key.Name;
    private readonly string _scopeId = key.ScopeId;
    private readonly string? _partition = key.Partition;
    private readonly DateTime _periodStart = key.PeriodStart;

    public int Hash { get; } = key.Hash;

    /// <summary>The place in the order in which states are entered, so that two transactions never wait for each other.</summary>
    public long Order { get; } = order;

    /// <summary>The next state in the same bucket of the shard's hash table. Changed under the shard's lock.</summary>
    public LimitState? Next { get; set; }

    /// <summary>True until something is written to the state; until then it is equivalent to no state.</summary>
    public bool IsNew { get; protected set; } = true;

    /// <summary>True once the shard has forgotten the state. A thread that enters it afterwards must find its successor.</summary>
    public bool IsDropped { get; set; }

    /// <summary>True when the state may be forgotten.</summary>
    public abstract bool IsOver(long nowTicks);

    public bool Is(in LimitStateKey key) =>
        Hash == key.Hash && _periodStart == key.PeriodStart && _scopeId == key.ScopeId && _name == key.Name && _partition == key.Partition;
}
