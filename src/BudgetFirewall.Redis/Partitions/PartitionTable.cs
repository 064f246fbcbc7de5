using System.Collections.Concurrent;

namespace BudgetFirewall;

/// <summary>The partitions that this process has met, a bounded number of them.</summary>
internal sealed class PartitionTable(string keyPrefix, TimeProvider timeProvider)
{
    private const int MaxRemembered = 100_000;

    private readonly Partition _default = new(null, keyPrefix, timeProvider);
    private readonly Lock _turning = new();
    // Those met lately, and those met before them. What was met a moment ago is never forgotten, so that the id of its reservation can still be read.
    private volatile ConcurrentDictionary<string, Partition> _named = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, Partition> _before = new(StringComparer.Ordinal);

    public Partition Find(string? name)
    {
        if (name is null)
            return _default;
        if (_named.TryGetValue(name, out var partition))
            return partition;
        // Forgetting costs one more contact each; a table without bounds would be a stranger's way to fill the memory.
        if (_named.Count >= MaxRemembered / 2)
            ForgetThoseBefore();
        _ = _before.TryGetValue(name, out var before);
        return _named.GetOrAdd(name, static (key, state) => state.before ?? new(key, state.keyPrefix, state.timeProvider), (before, keyPrefix, timeProvider));
    }

    public IEnumerable<Partition> All => _named.Values.Concat(_before.Values).Distinct().Prepend(_default);

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
