using System.Collections.Concurrent;

namespace BudgetFirewall;

/// <summary>The partitions that this process has met, a bounded number of them.</summary>
internal sealed class PartitionTable(string keyPrefix, TimeProvider timeProvider)
{
    private const int MaxRemembered = 100_000;

    private readonly Partition _default = new(null, keyPrefix, timeProvider);
    private readonly ConcurrentDictionary<string, Partition> _named = new(StringComparer.Ordinal);

    public Partition Find(string? name)
    {
        if (name is null)
            return _default;
        if (_named.TryGetValue(name, out var partition))
            return partition;
        // Forgetting costs one more contact each; a table without bounds would be a stranger's way to fill the memory.
        if (_named.Count >= MaxRemembered)
            ForgetAllButLost();
        return _named.GetOrAdd(name, static (key, state) => new(key, state.keyPrefix, state.timeProvider), (keyPrefix, timeProvider));
    }

    public IEnumerable<Partition> All => _named.Values.Prepend(_default);

    private void ForgetAllButLost()
    {
        foreach (var (name, partition) in _named)
        {
            if (!partition.IsLost)
                _ = _named.TryRemove(name, out _);
        }
    }
}
