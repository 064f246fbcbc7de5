using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What is counted of one limit of the other configuration. Not thread-safe.</summary>
internal sealed class LimitScore(string id, LimitKind kind, BudgetScope scope, string? unit, Enforcement enforcement)
{
    private readonly ScopeCounts _scopes = new();
    private long _refused;
    private long _newlyRefused;
    private decimal _refusedCost;
    private long _delayed;
    private TimeSpan _longestDelay;
    private DateTimeOffset? _first;
    private DateTimeOffset? _last;

    // A fraction, as one long division for each reading would take as long as the decision.
    private UInt128 _used;
    private UInt128 _of = 1;
    private (string Kind, string Id)? _nearestScope;
    private DateTimeOffset _nearestAt;

    public static LimitScore Of(LimitRule rule) => rule switch
    {
        CounterRule counter => Of(counter.Budget),
        RateLimitRule limit => Of(limit.RateLimit),
        _ => throw new InvalidOperationException($"There is no kind of limit {rule.Kind}."),
    };

    public static LimitScore Of(Budget budget) => new(budget.Id, LimitKind.Budget, budget.Scope, budget.Unit, budget.Enforcement);

    public static LimitScore Of(RateLimit limit) => new(limit.Id, LimitKind.RateLimit, limit.Scope, limit.Unit, limit.Enforcement);

    public void Refused(BudgetScope of, DateTimeOffset at, decimal cost, bool isNew)
    {
        _refused++;
        _newlyRefused += isNew ? 1 : 0;
        _refusedCost += cost;
        _first ??= at;
        _last = at;
        _scopes.Add(of, 1);
    }

    public void Delayed(TimeSpan wait)
    {
        _delayed++;
        _longestDelay = wait > _longestDelay ? wait : _longestDelay;
    }

    public void Read(LimitRule rule, string scopeId, LimitReading reading, DateTimeOffset at)
    {
        var (used, of) = rule switch
        {
            CounterRule counter => ((Int128)reading.Spent + reading.Held, (Int128)counter.Limit + reading.Allowance),
            RateLimitRule limit => ((Int128)limit.LimitMicros - reading.Available, (Int128)limit.LimitMicros),
            _ => throw new InvalidOperationException($"There is no kind of limit {rule.Kind}."),
        };
        // Nothing can be used of a limit of 0: it is used up by the first request.
        if (used <= 0 || of <= 0 || (UInt128)used * _of <= _used * (UInt128)of)
            return;
        (_used, _of, _nearestScope, _nearestAt) = ((UInt128)used, (UInt128)of, (rule.ScopeKind, scopeId), at);
    }

    public WhatIfLimit Result(int topScopes)
    {
        var (top, others) = _scopes.Top(topScopes);
        return new()
        {
            Id = id,
            Kind = kind,
            Scope = scope,
            Unit = unit,
            Enforcement = enforcement,
            Refused = _refused,
            NewlyRefused = _newlyRefused,
            RefusedCost = _refusedCost,
            Delayed = _delayed,
            LongestDelay = _longestDelay,
            First = _first,
            Last = _last,
            Scopes = top,
            OtherScopes = others,
            Nearest = decimal.Round((decimal)_used / (decimal)_of, 6),
            NearestScope = _nearestScope is { } nearest ? BudgetScope.Of(nearest.Kind, nearest.Id) : null,
            NearestAt = _nearestScope is null ? null : _nearestAt,
        };
    }
}
