using System.Collections.Concurrent;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The limits of budgets by use that this process has learnt from the store: one for each scope, that of the last period asked for. A bounded number of them; what is forgotten is
/// asked for again. Thread-safe.
/// </summary>
internal sealed class FrozenLimits
{
    private const int MaxLimits = 100_000;

    private readonly ConcurrentDictionary<Key, Known> _limits = new();
    // The dictionary takes all of its locks to count.
    private int _count;

    /// <summary>The budget with the limit that is in force at a moment; null where this process does not know it.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="rule">The budget, whose limit is open.</param>
    /// <param name="scopeId">The scope's id.</param>
    /// <param name="now">The moment, by the store's clock.</param>
    /// <param name="valid">A span around the moment, which is narrowed to the period.</param>
    public CounterRule? Find(string? partition, CounterRule rule, string scopeId, DateTimeOffset now, ref PeriodWindow valid)
    {
        var key = new Key(partition, rule.FrozenLimitName, scopeId);
        if (!_limits.TryGetValue(key, out var known) || !known.Frozen.Period.Contains(now))
            return null;
        valid = valid.Intersect(known.Frozen.Period);
        // The same limit of a budget that has changed in something else, as in its name.
        if (known.Open != rule)
            _limits[key] = known = new(rule, known.Frozen);
        return known.InForce;
    }

    /// <summary>Remembers a limit that the store has told.</summary>
    public void Learn(string? partition, CounterRule rule, string scopeId, FrozenLimit frozen)
    {
        var (key, known) = (new Key(partition, rule.FrozenLimitName, scopeId), new Known(rule, frozen));
        if (Volatile.Read(ref _count) >= MaxLimits && !_limits.ContainsKey(key))
        {
            _limits.Clear();
            Volatile.Write(ref _count, 0);
        }
        if (_limits.TryAdd(key, known))
            Interlocked.Increment(ref _count);
        else
            _limits[key] = known;
    }

    private readonly record struct Key(string? Partition, string Name, string ScopeId);

    private sealed class Known(CounterRule open, FrozenLimit frozen)
    {
        public CounterRule Open { get; } = open;

        public FrozenLimit Frozen { get; } = frozen;

        public CounterRule InForce { get; } = open.FrozenAt(frozen.Limit);
    }
}
