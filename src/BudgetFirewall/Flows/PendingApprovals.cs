using System.Collections.Concurrent;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Remembers for a second what the store has last said of each counter for which an approval was asked, so that a flood of denials asks it no more than once a second. Thread-safe.
/// </summary>
internal sealed class PendingApprovals(TimeProvider timeProvider)
{
    private const int MaxCounters = 10_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Key, Known> _known = new();

    /// <summary>True when it is remembered what the store would say; the id is then that of the pending approval, or null where there is none.</summary>
    public bool TryFind(string? partition, in AskedCounter counter, out string? id)
    {
        id = null;
        if (!_known.TryGetValue(Key.Of(partition, counter.Rule, counter.ScopeId, counter.PeriodStart), out var known) || timeProvider.GetElapsedTime(known.At) >= Remembered)
            return false;
        id = known.Id;
        return true;
    }

    public void Learn(string? partition, in AskedCounter counter, string? id)
    {
        if (_known.Count >= MaxCounters)
            _known.Clear();
        _known[Key.Of(partition, counter.Rule, counter.ScopeId, counter.PeriodStart)] = new(id, timeProvider.GetTimestamp());
    }

    /// <summary>Forgets the counter of an approval that has ended.</summary>
    public void Forget(string? partition, ApprovalRecord ended) => _known.TryRemove(Key.Of(partition, ended.Rule, ended.ScopeId, ended.PeriodStart), out _);

    /// <summary>Forgets a counter.</summary>
    public void Forget(string? partition, in AskedCounter counter) => _known.TryRemove(Key.Of(partition, counter.Rule, counter.ScopeId, counter.PeriodStart), out _);

    private readonly record struct Key(string? Partition, string Family, string ScopeId, DateTime PeriodStart)
    {
        public static Key Of(string? partition, CounterRule rule, string scopeId, DateTime periodStart) => new(partition, rule.Family.Name, scopeId, periodStart);
    }

    private sealed record Known(string? Id, long At);
}
