using System.Collections.Concurrent;

namespace BudgetFirewall.Storage;

/// <summary>The approvals of every partition.</summary>
internal sealed class MemoryApprovals
{
    private readonly ConcurrentDictionary<string, PartitionApprovals> _named = new(StringComparer.Ordinal);
    private readonly PartitionApprovals _unpartitioned = new();

    /// <summary>The number of approvals that are kept.</summary>
    public long Count => _unpartitioned.Count + _named.Values.Sum(approvals => (long)approvals.Count);

    /// <summary>The approvals of a partition; null when it has none.</summary>
    public PartitionApprovals? Find(string? partition) => partition is null ? _unpartitioned : _named.GetValueOrDefault(partition);

    /// <summary>Runs a call on the approvals of a partition, which need not have any yet.</summary>
    public T Change<T>(string? partition, Func<PartitionApprovals, T> change)
    {
        while (true)
        {
            var approvals = partition is null ? _unpartitioned : _named.GetOrAdd(partition, static _ => new());
            lock (approvals.Lock)
            {
                // The sweep may have dropped them since they were found.
                if (!approvals.IsDropped)
                    return change(approvals);
            }
        }
    }

    /// <summary>Forgets approvals that are past their time, and partitions without any.</summary>
    public void Sweep(DateTimeOffset now)
    {
        lock (_unpartitioned.Lock)
            _unpartitioned.Forget(now);
        foreach (var (name, approvals) in _named)
        {
            lock (approvals.Lock)
            {
                approvals.Forget(now);
                approvals.IsDropped = approvals.Count == 0 && _named.TryRemove(KeyValuePair.Create(name, approvals));
            }
        }
    }
}
