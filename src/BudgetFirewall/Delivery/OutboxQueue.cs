using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>The entries that wait, oldest first, each operation once. Thread-safe.</summary>
internal sealed class OutboxQueue(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Lock _keeping = new();
    private readonly LinkedList<OutboxEntry> _entries = [];
    private readonly Dictionary<OutboxKey, LinkedListNode<OutboxEntry>> _byKey = [];
    private int _reserved;
    private int _unverified;
    private bool _isClosed;

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    public OutboxEntry? Find(in OutboxKey key)
    {
        lock (_lock)
            return _byKey.TryGetValue(key, out var node) ? node.Value : null;
    }

    /// <summary>
    /// Takes a place for an entry, to be filled by <see cref="TryAdd"/>. Commits by unverified ids get an eighth of the places at most,
    /// so a caller who invents ids leaves room for all others.
    /// </summary>
    public bool TryTakePlace(OutboxEntry entry)
    {
        lock (_lock)
        {
            var isUnverified = entry.UnverifiedTag is not null;
            if (_entries.Count + _reserved >= capacity || (isUnverified && _unverified >= Math.Max(1, capacity / 8)))
                return false;
            _reserved++;
            _unverified += isUnverified ? 1 : 0;
            return true;
        }
    }

    /// <summary>Keeps an entry and puts it at the end, in a place that was taken and is given back if it cannot be kept.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="keep">Keeps it; one at a time, so that what is kept has the order of the queue.</param>
    /// <param name="waiting">The entry that waits under the same key already, and then nothing was kept; otherwise null.</param>
    /// <returns>False when the queue is closed; then nothing was kept either.</returns>
    public bool TryAdd(OutboxEntry entry, Action<OutboxEntry> keep, out OutboxEntry? waiting)
    {
        lock (_keeping)
        {
            try
            {
                waiting = Find(entry.Key);
                if (_isClosed)
                    return false;
                if (waiting is not null)
                    return true;
                keep(entry);
                TakeUp([entry]);
                return true;
            }
            finally
            {
                lock (_lock)
                {
                    _reserved--;
                    // An entry that waits now counts for itself.
                    _unverified -= entry.UnverifiedTag is not null ? 1 : 0;
                }
            }
        }
    }

    /// <summary>Closes the queue; it takes no more entries.</summary>
    /// <returns>All entries that are left.</returns>
    public OutboxEntry[] Close()
    {
        lock (_keeping)
        {
            _isClosed = true;
            return ToArray();
        }
    }

    /// <summary>Adds the entries of an earlier process at the end, even above the capacity.</summary>
    public void TakeUp(IEnumerable<OutboxEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                _byKey[entry.Key] = _entries.AddLast(entry);
                _unverified += entry.UnverifiedTag is not null ? 1 : 0;
            }
        }
    }

    /// <summary>Moves an entry to the end.</summary>
    public void PutBack(OutboxEntry entry)
    {
        lock (_lock)
        {
            if (!TryGetNode(entry, out var node))
                return;
            _entries.Remove(node);
            _entries.AddLast(node);
        }
    }

    /// <summary>Takes an entry out; false when it was taken out before.</summary>
    public bool Remove(OutboxEntry entry)
    {
        lock (_lock)
        {
            if (!TryGetNode(entry, out var node))
                return false;
            _entries.Remove(node);
            _unverified -= entry.UnverifiedTag is not null ? 1 : 0;
            if (_byKey.TryGetValue(entry.Key, out var named) && named == node)
                _byKey.Remove(entry.Key);
            return true;
        }
    }

    public OutboxEntry[] ToArray()
    {
        lock (_lock)
            return [.. _entries];
    }

    // A file that was tampered with may contain one operation twice.
    private bool TryGetNode(OutboxEntry entry, [NotNullWhen(true)] out LinkedListNode<OutboxEntry>? node)
    {
        if (!_byKey.TryGetValue(entry.Key, out node) || !ReferenceEquals(node.Value, entry))
            node = _entries.Find(entry);
        return node is not null;
    }
}
