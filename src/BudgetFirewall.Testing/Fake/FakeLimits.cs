using System.Collections.Concurrent;

namespace BudgetFirewall.Testing;

/// <summary>The runtime limits of one kind of a fake firewall, which decide nothing.</summary>
internal sealed class FakeLimits<TLimit>(Func<TLimit, string> idOf) where TLimit : class
{
    private const int MaxSetMany = 1_000;

    private readonly ConcurrentDictionary<(string? Partition, string Id), TLimit> _limits = new();

    public void Set(TLimit limit, string? partition, string member)
    {
        ArgumentNullException.ThrowIfNull(limit, member);
        _limits[(partition, idOf(limit))] = limit;
    }

    public void SetMany(IReadOnlyCollection<TLimit> limits, string? partition, string member)
    {
        ArgumentNullException.ThrowIfNull(limits, member);
        if (limits.Count > MaxSetMany)
            throw new ArgumentException($"{member} has {limits.Count:N0} limits; at most {MaxSetMany:N0} are set in one call.", member);
        foreach (var limit in limits)
            ArgumentNullException.ThrowIfNull(limit, member);
        if (limits.DistinctBy(idOf, StringComparer.Ordinal).Count() < limits.Count)
            throw new ArgumentException("Two limits have the same id.", member);
        foreach (var limit in limits)
            _limits[(partition, idOf(limit))] = limit;
    }

    public bool Add(TLimit limit, string? partition, string member)
    {
        ArgumentNullException.ThrowIfNull(limit, member);
        return _limits.TryAdd((partition, idOf(limit)), limit);
    }

    public bool Remove(string id, string? partition, string member)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, member);
        return _limits.TryRemove((partition, id), out _);
    }

    public IReadOnlyList<TLimit> List(string? partition) =>
        [.. _limits.Where(entry => entry.Key.Partition == partition).OrderBy(entry => entry.Key.Id, StringComparer.Ordinal).Select(entry => entry.Value)];

    public IReadOnlyList<TLimit> List(int count, string? afterId, string? partition)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000);
        return [.. List(partition).SkipWhile(limit => afterId is not null && string.CompareOrdinal(idOf(limit), afterId) <= 0).Take(count)];
    }

    public TLimit? Find(string id, string? partition, string member)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, member);
        return _limits.GetValueOrDefault((partition, id));
    }
}
