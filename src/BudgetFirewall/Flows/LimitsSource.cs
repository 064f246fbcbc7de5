using System.Collections.Concurrent;
using System.Collections.Immutable;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// The limits in force by partition. Partitions without runtime limits, which most are, share the configured limits;
/// for the others the store checks at each decision that the known catalog is the present one.
/// </summary>
internal sealed class LimitsSource(SettingsSource settings, ProviderTags providers, FirewallMetrics metrics, ILogger logger)
{
    private const int MaxPartitions = 10_000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Entry> _partitions = new(StringComparer.Ordinal);
    private Entry? _configured;
    private volatile bool _hasPartitions;

    /// <summary>Hears of the limits that this process learns.</summary>
    public Action<string?, ImmutableArray<LimitDefinition>>? Learnt { get; set; }

    /// <summary>The limits of a partition, with the catalog that this process knows.</summary>
    public Limits Of(string? partition) => Of(partition, settings.Current);

    /// <summary>Takes up changes of a partition's catalog.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="since">The version that the changes begin with. Where this process knows another one by now, they are not taken up.</param>
    /// <param name="changes">The changes.</param>
    /// <returns>The limits that this process knows then; null when limits are missing, and it then knows no catalog, so that all of it is read again.</returns>
    public Limits? Learn(string? partition, string since, CatalogChanges changes)
    {
        Limits limits;
        IReadOnlyCollection<LimitKey> displaced;
        bool hadUnreadable;
        lock (_lock)
        {
            var present = settings.Current;
            var known = Of(partition, present);
            if (known.CatalogVersion != since)
                return known;
            hadUnreadable = known.HasUnreadable;
            if (changes.Version.Length == 0)
            {
                _partitions.TryRemove(partition ?? "", out _);
                (limits, displaced) = (Configured(present), []);
            }
            else
            {
                // A catalog that is dropped here is read again when it is needed.
                if (_partitions.Count >= MaxPartitions && !_partitions.ContainsKey(partition ?? ""))
                    _partitions.Clear();
                limits = known.With(changes, out displaced);
                if (!changes.HasMore && changes.Count is { } count && limits.RunTimeCount != count)
                {
                    _partitions.TryRemove(partition ?? "", out _);
                    return null;
                }
                _partitions[partition ?? ""] = new(present, limits);
                _hasPartitions = true;
            }
        }
        Report(partition, changes, displaced);
        if (hadUnreadable || limits.HasUnreadable)
            metrics.Unreadable(_partitions.Values.Sum(entry => entry.Limits.Unreadable.Count));
        return limits;
    }

    private void Report(string? partition, CatalogChanges changes, IReadOnlyCollection<LimitKey> displaced)
    {
        providers.Learn(changes.Set);
        Learnt?.Invoke(partition, changes.Set);
        foreach (var key in displaced)
            MatchingLog.ConfiguredLimitDisplaced(logger, key.KindText, key.Id);
        foreach (var unreadable in changes.Unreadable)
        {
            var key = unreadable.Key;
            MatchingLog.RuntimeLimitUnreadable(logger, key.KindText, key.Id, partition, unreadable.Reason, unreadable.Scope?.ToString() ?? "unknown", key.CatalogName);
        }
    }

    private Limits Of(string? partition, FirewallSettings present)
    {
        if (_hasPartitions && _partitions.TryGetValue(partition ?? "", out var entry))
            return entry.Settings == present ? entry.Limits : OnOtherSettings(partition, present);
        return Configured(present);
    }

    private Limits OnOtherSettings(string? partition, FirewallSettings present)
    {
        lock (_lock)
        {
            if (!_partitions.TryGetValue(partition ?? "", out var entry))
                return Configured(present);
            if (entry.Settings != present)
                _partitions[partition ?? ""] = entry = new(present, entry.Limits.On(Configured(present).Configured));
            return entry.Limits;
        }
    }

    private Limits Configured(FirewallSettings present)
    {
        var configured = Volatile.Read(ref _configured);
        if (configured?.Settings != present)
            Volatile.Write(ref _configured, configured = new(present, new Limits(new ConfiguredLimits(present))));
        return configured.Limits;
    }

    private sealed record Entry(FirewallSettings Settings, Limits Limits);
}
