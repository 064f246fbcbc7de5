using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The runtime budgets and rate limits of every partition.</summary>
internal sealed class MemoryCatalog
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, PartitionCatalog> _catalogs = new(StringComparer.Ordinal);
    private PartitionCatalog? _unpartitioned;

    // Numbers of changes are never used twice, or a decision matched with an old catalog could pass for one matched with the new.
    private long _changes;

    /// <summary>The version of a partition's catalog. Takes no lock.</summary>
    public string VersionOf(string? partition) => Find(partition)?.Version ?? "";

    public CatalogChanges Read(string? partition, string knownVersion)
    {
        lock (_lock)
        {
            if (Find(partition) is not { } catalog)
                return new() { Version = "", StartsOver = knownVersion.Length > 0, Count = 0 };
            return catalog.ChangesSince(long.TryParse(knownVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : 0);
        }
    }

    public string? Set(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits)
    {
        lock (_lock)
        {
            if (VersionOf(partition) != expectedVersion)
                return null;
            var catalog = Find(partition) ?? Add(partition, new(_changes));
            foreach (var limit in limits)
                catalog.Put(limit.Key, limit, ++_changes);
            return catalog.Publish();
        }
    }

    public bool Remove(string? partition, LimitKey key)
    {
        lock (_lock)
            return RemoveFound(partition, [key]);
    }

    public string? Remove(string? partition, string expectedVersion, ImmutableArray<LimitKey> keys)
    {
        ArgumentNullException.ThrowIfNull(expectedVersion);
        lock (_lock)
        {
            if (VersionOf(partition) != expectedVersion)
                return null;
            RemoveFound(partition, keys);
            return VersionOf(partition);
        }
    }

    /// <summary>Removes those limits that are there; false when none is.</summary>
    private bool RemoveFound(string? partition, ImmutableArray<LimitKey> keys)
    {
        if (Find(partition) is not { } catalog || !keys.Any(catalog.Has))
            return false;
        foreach (var key in keys.Where(catalog.Has))
            catalog.Put(key, limit: null, ++_changes);
        _ = catalog.Publish();
        if (catalog.Count == 0 && partition is not null)
            _catalogs.TryRemove(partition, out _);
        return true;
    }

    private PartitionCatalog? Find(string? partition) => partition is null ? Volatile.Read(ref _unpartitioned) : _catalogs.GetValueOrDefault(partition);

    private PartitionCatalog Add(string? partition, PartitionCatalog catalog)
    {
        if (partition is null)
            Volatile.Write(ref _unpartitioned, catalog);
        else
            _catalogs[partition] = catalog;
        return catalog;
    }
}
