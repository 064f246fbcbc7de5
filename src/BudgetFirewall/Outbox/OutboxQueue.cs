using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>What waits, oldest first, each operation once. Thread-safe.</summary>
internal sealed class OutboxQueue(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Lock _keeping = new();
    private readonly LinkedList<OutboxEntry> _entries = [];
    private readonly Dictionary<(string?, string), LinkedListNode<OutboxEntry>> _byKey = [];
    private int _reserved;

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    public OutboxEntry? Oldest
    {
        get
        {
            lock (_gate)
                return _entries.First?.Value;
        }
    }

    public OutboxEntry? Find((string?, string) key)
    {
        lock (_gate)
            return _byKey.TryGetValue(key, out var node) ? node.Value : null;
    }

    /// <summary>Takes a place, to be filled by <see cref="Add"/>.</summary>
    public bool TryTakePlace()
    {
        lock (_gate)
        {
            if (_entries.Count + _reserved >= capacity)
                return false;
            _reserved++;
            return true;
        }
    }

    /// <summary>Keeps an entry and puts it at the end, in a place that was taken and is given back if it cannot be kept.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="keep">Keeps it; one at a time, so that what is kept has the order of the queue.</param>
    /// <returns>What waits under the same key already; then nothing was kept.</returns>
    public OutboxEntry? Add(OutboxEntry entry, Action<OutboxEntry> keep)
    {
        lock (_keeping)
        {
            try
            {
                if (Find(entry.Key) is { } waiting)
                    return waiting;
                keep(entry);
                TakeUp([entry]);
                return null;
            }
            finally
            {
                lock (_gate)
                    _reserved--;
            }
        }
    }

    /// <summary>Puts what is kept at the end, however much it is.</summary>
    public void TakeUp(IEnumerable<OutboxEntry> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
                _byKey[entry.Key] = _entries.AddLast(entry);
        }
    }

    /// <summary>Lets the others go first.</summary>
    public void PutBack(OutboxEntry entry)
    {
        lock (_gate)
        {
            if (!TryGetNode(entry, out var node))
                return;
            _entries.Remove(node);
            _entries.AddLast(node);
        }
    }

    /// <summary>False when it was taken out before.</summary>
    public bool Remove(OutboxEntry entry)
    {
        lock (_gate)
        {
            if (!TryGetNode(entry, out var node))
                return false;
            _entries.Remove(node);
            if (_byKey.TryGetValue(entry.Key, out var named) && named == node)
                _byKey.Remove(entry.Key);
            return true;
        }
    }

    public OutboxEntry[] ToArray()
    {
        lock (_gate)
            return [.. _entries];
    }

    // A file that was tampered with may name one operation twice.
    private bool TryGetNode(OutboxEntry entry, [NotNullWhen(true)] out LinkedListNode<OutboxEntry>? node)
    {
        if (!_byKey.TryGetValue(entry.Key, out node) || !ReferenceEquals(node.Value, entry))
            node = _entries.Find(entry);
        return node is not null;
    }
}
