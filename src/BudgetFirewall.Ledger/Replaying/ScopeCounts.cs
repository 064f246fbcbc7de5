using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>Counts by scope. Above 10,000 scopes, those that come later are counted together. Not thread-safe.</summary>
internal sealed class ScopeCounts
{
    private const int MostScopes = 10_000;

    private readonly Dictionary<BudgetScope, long> _counts = [];
    private long _others;

    public void Add(BudgetScope scope, long count)
    {
        if (_counts.TryGetValue(scope, out var before))
            _counts[scope] = before + count;
        else if (_counts.Count < MostScopes)
            _counts.Add(scope, count);
        else
            _others += count;
    }

    /// <summary>The scopes with the highest counts, and the sum of all others.</summary>
    public (ImmutableArray<WhatIfScope> Top, long Others) Top(int count)
    {
        var ordered = _counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.ToString(), StringComparer.Ordinal).ToList();
        return ([.. ordered.Take(count).Select(pair => new WhatIfScope(pair.Key, pair.Value))], _others + ordered.Skip(count).Sum(pair => pair.Value));
    }
}
