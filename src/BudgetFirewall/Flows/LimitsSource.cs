using System.Collections.Concurrent;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// The limits in force by partition. Partitions without runtime budgets, which most are, share the configured limits;
/// for the others the store checks at each decision that the known catalog is the present one.
/// </summary>
internal sealed class LimitsSource(SettingsSource settings, ProviderTags providers, FirewallMetrics metrics, ILogger logger)
{
    private const int MaxPartitions = 10_000;

    private readonly ConcurrentDictionary<string, Entry> _partitions = new(StringComparer.Ordinal);
    private Entry? _configured;
    private volatile bool _hasPartitions;

    /// <summary>The limits of a partition, with the catalog that this process knows.</summary>
    public Limits Of(string? partition)
    {
        var present = settings.Current;
        if (_hasPartitions && _partitions.TryGetValue(partition ?? "", out var entry))
            return entry.Settings == present ? entry.Limits : Learn(partition, entry.Catalog);
        return Configured(present);
    }

    /// <summary>Takes up the catalog of a partition.</summary>
    public Limits Learn(string? partition, CatalogSnapshot catalog)
    {
        var present = settings.Current;
        if (catalog.Version == CatalogSnapshot.Empty.Version)
        {
            if (_partitions.TryRemove(partition ?? "", out var former) && !former.Catalog.Unreadable.IsEmpty)
                metrics.Unreadable(_partitions.Values.Sum(entry => entry.Catalog.Unreadable.Length));
            return Configured(present);
        }
        // A catalog that is dropped here is read again when it is needed.
        if (_partitions.Count >= MaxPartitions)
            _partitions.Clear();
        var limits = Configured(present).With(catalog, present.Budgets, out var displaced);
        var isNew = !_partitions.TryGetValue(partition ?? "", out var known) || known.Settings != present || known.Catalog.Version != catalog.Version;
        _partitions[partition ?? ""] = new(present, catalog, limits);
        _hasPartitions = true;
        if (isNew)
            Report(partition, catalog, known?.Catalog, displaced);
        return limits;
    }

    private void Report(string? partition, CatalogSnapshot catalog, CatalogSnapshot? known, IReadOnlyList<Budget> displaced)
    {
        providers.Learn(catalog.Budgets);
        foreach (var budget in displaced)
            MatchingLog.ConfiguredBudgetDisplaced(logger, budget.Id);
        foreach (var unreadable in catalog.Unreadable)
            MatchingLog.RuntimeBudgetUnreadable(logger, unreadable.Id, partition, unreadable.Reason, unreadable.Scope?.ToString() ?? "unknown");
        if (!catalog.Unreadable.IsEmpty || known is { Unreadable.IsEmpty: false })
            metrics.Unreadable(_partitions.Values.Sum(entry => entry.Catalog.Unreadable.Length));
    }

    private Limits Configured(FirewallSettings present)
    {
        var configured = Volatile.Read(ref _configured);
        if (configured?.Settings != present)
            Volatile.Write(ref _configured, configured = new(present, CatalogSnapshot.Empty, Limits.Configured(present)));
        return configured.Limits;
    }

    private sealed record Entry(FirewallSettings Settings, CatalogSnapshot Catalog, Limits Limits);
}
