namespace BudgetFirewall.Storage;

/// <summary>The state of one counter or rate limit, and an entry of the shard that keeps it.</summary>
internal abstract class Cell(in CellKey key, long order) : Versioned
{
    private readonly string _name = key.Name;
    private readonly string _scopeId = key.ScopeId;
    private readonly string? _partition = key.Partition;
    private readonly DateTime _periodStart = key.PeriodStart;

    public int Hash { get; } = key.Hash;

    /// <summary>The place in the order in which cells are entered, so that two steps never wait for each other.</summary>
    public long Order { get; } = order;

    /// <summary>The next cell in the same bucket of the shard's hash table. Changed under the shard's lock.</summary>
    public Cell? Next { get; set; }

    /// <summary>True until something is written to the cell; until then it is equivalent to no cell.</summary>
    public bool IsNew { get; protected set; } = true;

    /// <summary>True once the shard has forgotten the cell. A thread that enters it afterwards must find its successor.</summary>
    public bool IsDropped { get; set; }

    /// <summary>True when the cell may be forgotten.</summary>
    public abstract bool IsOver(long nowTicks);

    public bool Is(in CellKey key) =>
        Hash == key.Hash && _periodStart == key.PeriodStart && _scopeId == key.ScopeId && _name == key.Name && _partition == key.Partition;
}
