namespace BudgetFirewall;

/// <summary>What is counted of one limit that has refused in fact. Not thread-safe.</summary>
internal sealed class PastScore(string name, string? unit, bool isShadow)
{
    private readonly ScopeCounts _scopes = new();
    private long _refused;
    private decimal _refusedCost;
    private long _noLongerRefused;
    private DateTimeOffset? _first;
    private DateTimeOffset _last;

    public void Refused(BudgetScope? scope, LedgerEntry entry, bool isAllowedNow)
    {
        _refused += entry.Count;
        _refusedCost += entry.HeldNanos is { } nanos ? nanos / LedgerEntry.NanosPerUnit : 0;
        _noLongerRefused += isAllowedNow ? entry.Count : 0;
        _first ??= entry.Time;
        _last = entry.Time;
        if (scope is { } known)
            _scopes.Add(known, entry.Count);
    }

    public WhatIfPastLimit Result(int topScopes)
    {
        var (top, others) = _scopes.Top(topScopes);
        return new()
        {
            Name = name,
            Unit = unit,
            IsShadow = isShadow,
            Refused = _refused,
            RefusedCost = _refusedCost,
            NoLongerRefused = _noLongerRefused,
            First = _first!.Value,
            Last = _last,
            Scopes = top,
            OtherScopes = others,
        };
    }
}
