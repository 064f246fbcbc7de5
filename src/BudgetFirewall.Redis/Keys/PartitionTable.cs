using System.Collections.Concurrent;

namespace BudgetFirewall;

/// <summary>The partitions that this process has met, a bounded number of them.</summary>
internal sealed class PartitionTable(string keyPrefix, TimeProvider timeProvider, EntryAppending appending)
{
    private const int MaxRemembered = 100_000;

    private readonly Partition _default = new(null, keyPrefix, timeProvider, appending);
    private readonly Lock _turning = new();
    // The partitions met lately, and those met before them. One that was met a moment ago is never forgotten, so that the ids of its reservations can still be read.
    private volatile ConcurrentDictionary<string, Partition> _named = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, Partition> _before = new(StringComparer.Ordinal);

    public IEnumerable<Partition> All => _named.Values.Concat(_before.Values).Distinct().Prepend(_default);

    public Partition Find(string? name) => name is null ? _default : Find(name, found: null);

    /// <summary>A partition that was met before; null when it was not, and may not be there at all.</summary>
    public Partition? FindMet(string? name) => name is null || _named.ContainsKey(name) || _before.ContainsKey(name) ? Find(name) : null;

    /// <summary>A partition that is not remembered before it is added.</summary>
    public Partition Unmet(string name) => new(name, keyPrefix, timeProvider, appending);

    /// <summary>Remembers a partition that was found to be there.</summary>
    public void Add(Partition found) => _ = Find(found.Name!, found);

    private Partition Find(string name, Partition? found)
    {
        if (_named.TryGetValue(name, out var partition))
            return partition;
        // Forgetting costs one more handshake each; a table without bounds would be a stranger's way to fill the memory.
        if (_named.Count >= MaxRemembered / 2)
            ForgetThoseBefore();
        _ = _before.TryGetValue(name, out var before);
        return _named.GetOrAdd(name, static (key, state) => state.known ?? new(key, state.keyPrefix, state.timeProvider, state.appending), (known: before ?? found, keyPrefix, timeProvider, appending));
    }

    private void ForgetThoseBefore()
    {
        lock (_turning)
        {
            if (_named.Count < MaxRemembered / 2)
                return;
            var next = new ConcurrentDictionary<string, Partition>(StringComparer.Ordinal);
            foreach (var (name, partition) in _before)
            {
                if (partition.IsLost)
                    next[name] = partition;
            }
            _before = _named;
            _named = next;
        }
    }
}
