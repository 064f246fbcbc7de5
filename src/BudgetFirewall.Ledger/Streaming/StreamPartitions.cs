namespace BudgetFirewall;

/// <summary>
/// The partitions that this process has to do with: those with entries that it has appended just now, and those in which entries of it may wait. Firewalls without partitions have the empty name. Thread-safe.
/// </summary>
internal sealed class StreamPartitions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _used = new(StringComparer.Ordinal);
    private HashSet<string> _appended = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>Notes an entry that may have been appended. True for the first since they were last taken.</summary>
    public bool Append(string? partition)
    {
        lock (_lock)
        {
            _used[partition ?? ""] = ++_uses;
            return _appended.Add(partition ?? "") && _appended.Count == 1;
        }
    }

    /// <summary>Notes that entries were read.</summary>
    public void Use(string? partition)
    {
        lock (_lock)
            _used[partition ?? ""] = ++_uses;
    }

    /// <summary>The partitions with new entries since they were last taken.</summary>
    public IReadOnlyCollection<string> TakeAppended()
    {
        lock (_lock)
        {
            var appended = _appended;
            _appended = new(StringComparer.Ordinal);
            return appended;
        }
    }

    /// <summary>The partitions in which entries may wait, with the number of the last use of each.</summary>
    public KeyValuePair<string, long>[] Used()
    {
        lock (_lock)
            return [.. _used];
    }

    /// <summary>Forgets a partition in which nothing waits, unless it was used since.</summary>
    public void Forget(KeyValuePair<string, long> used)
    {
        lock (_lock)
        {
            if (_used.TryGetValue(used.Key, out var last) && last == used.Value)
                _used.Remove(used.Key);
        }
    }
}
