using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Counts what a replay decides, beside what was decided in fact. Not thread-safe.</summary>
internal sealed class ScoreCard(WhatIfRequest request)
{
    // Limits that change with time have a rule for each of their values.
    private const int MostRules = 1_000;

    private readonly Dictionary<(LimitKind, string), LimitScore> _limits = [];
    private readonly Dictionary<LimitRule, LimitScore> _byRule = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Name, string? Unit, bool IsShadow), PastScore> _past = [];
    private readonly SortedDictionary<WhatIfOmissionReason, (long Count, string? Example)> _omissions = [];
    private readonly ImmutableArray<WhatIfDifference>.Builder _differences = ImmutableArray.CreateBuilder<WhatIfDifference>();
    private long _entries;
    private long _asked;
    private long _refused;
    private decimal _refusedCost;
    private long _newlyRefused;
    private decimal _newlyRefusedCost;
    private long _noLongerRefused;
    private decimal _noLongerRefusedCost;
    private long _refusedOtherwise;
    private bool _counts;

    /// <summary>The number of entries that were read.</summary>
    public long Entries => _entries;

    /// <summary>Begins with an entry. Those of the lead are not counted.</summary>
    public void Begin(LedgerEntry entry)
    {
        _entries++;
        _counts = entry.Time >= request.From;
    }

    /// <summary>Counts an answer to an entry's request.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="decision">The decision of the other configuration.</param>
    /// <param name="costNanos">The cost of the request; null where it is not known.</param>
    public void Asked(LedgerEntry entry, ReplayDecision decision, long? costNanos)
    {
        if (!_counts)
            return;
        var (inFact, cost) = (entry.Outcome ?? DecisionOutcome.Allowed, (costNanos ?? 0) / LedgerEntry.NanosPerUnit);
        _asked++;
        Judged(entry.Time, decision, cost, wasAllowed: inFact == DecisionOutcome.Allowed);
        if (entry.Kind == LedgerEntryKind.Denial)
            WasRefused(entry, isAllowedNow: decision.Outcome == DecisionOutcome.Allowed);
        if (decision.Outcome != DecisionOutcome.Allowed)
        {
            _refused++;
            _refusedCost += cost;
        }
        if (!Compare(entry, inFact, decision, cost) && _differences.Count < request.MaxDifferences)
            _differences.Add(new(entry.Id, entry.Time, inFact, decision.Outcome, costNanos is null ? null : cost, RefusalsOf(decision), entry.Scopes));
    }

    /// <summary>Counts denials of an entry that are not asked for again: those of shadow limits, and those that were counted together.</summary>
    public void WasRefused(LedgerEntry entry, bool isAllowedNow)
    {
        if (!_counts)
            return;
        var isShadow = entry.Outcome == DecisionOutcome.Allowed;
        if (entry.Counters.IsEmpty)
            PastOf("", unit: null, isShadow).Refused(scope: null, entry, isAllowedNow);
        foreach (var counter in entry.Counters)
            PastOf(counter.Family, counter.Unit, isShadow).Refused(counter.Scope, entry, isAllowedNow);
    }

    public void Omitted(WhatIfOmissionReason reason, long count = 1, string? example = null)
    {
        // A limit that is missing is missing also where it was set before.
        if (!_counts && reason != WhatIfOmissionReason.ChangeNotTakenUp)
            return;
        var before = _omissions.GetValueOrDefault(reason);
        _omissions[reason] = (before.Count + count, before.Example ?? example);
    }

    /// <summary>Notes how near the limits of a call are to being used up.</summary>
    public void Read(DecisionCall call, DecisionAnswer answer)
    {
        for (var i = 0; _counts && i < answer.Readings.Length; i++)
        {
            if (call.Limits[i].Rule is not RateLimitRule { IsThrottle: true })
                ScoreOf(call.Limits[i].Rule).Read(call.Limits[i].Rule, call.Limits[i].ScopeId, answer.Readings[i], answer.Now);
        }
    }

    /// <summary>Notes how near a limit is to being used up.</summary>
    public void Read(LimitRule rule, string scopeId, LimitReading reading, DateTimeOffset at)
    {
        if (_counts)
            ScoreOf(rule).Read(rule, scopeId, reading, at);
    }

    /// <summary>The report.</summary>
    /// <param name="configured">The limits in force at the end, so that those that no request has met are in it too.</param>
    /// <param name="currency">The currency.</param>
    /// <param name="endedAt">The time of the last entry, where there are more; null where there are not.</param>
    public WhatIfReport Result(IEnumerable<LimitScore> configured, string currency, DateTimeOffset? endedAt)
    {
        var limits = _limits.Values.Select(score => score.Result(request.TopScopes)).ToList();
        limits.AddRange(configured.Select(score => score.Result(request.TopScopes)).Where(limit => !_limits.ContainsKey((limit.Kind, limit.Id))));
        return new()
        {
            From = request.From,
            To = request.To,
            EndedAt = endedAt,
            Currency = currency,
            Entries = _entries,
            Asked = _asked,
            Refused = _refused,
            RefusedCost = _refusedCost,
            NewlyRefused = _newlyRefused,
            NewlyRefusedCost = _newlyRefusedCost,
            NoLongerRefused = _noLongerRefused,
            NoLongerRefusedCost = _noLongerRefusedCost,
            RefusedOtherwise = _refusedOtherwise,
            Limits = [.. limits.OrderByDescending(limit => limit.Refused).ThenByDescending(limit => limit.Nearest).ThenBy(limit => limit.Id, StringComparer.Ordinal)],
            PastLimits = [.. _past.Values.Select(score => score.Result(request.TopScopes)).OrderByDescending(limit => limit.Refused).ThenBy(limit => limit.Name, StringComparer.Ordinal)],
            FirstDifferences = _differences.ToImmutable(),
            Omissions = [.. _omissions.Select(pair => new WhatIfOmission(pair.Key, pair.Value.Count, pair.Value.Example))],
        };
    }

    private void Judged(DateTimeOffset at, ReplayDecision decision, decimal cost, bool wasAllowed)
    {
        var call = decision.Call;
        foreach (var place in decision.Refusing(withShadows: true))
        {
            var demand = call.Limits[place];
            ScoreOf(RuleAt(call, place)).Refused(BudgetScope.Of(demand.Rule.ScopeKind, demand.ScopeId), at, cost, isNew: wasAllowed);
        }
        if (decision.Outcome != DecisionOutcome.Allowed || decision.Answer is not { Judgements: { IsDefaultOrEmpty: false } judgements })
            return;
        for (var i = 0; i < judgements.Length; i++)
        {
            if (judgements[i] is { IsDelay: true, Wait: { } wait })
                ScoreOf(RuleAt(call, i)).Delayed(wait);
        }
    }

    /// <returns>False where the request is decided otherwise than in fact.</returns>
    private bool Compare(LedgerEntry entry, DecisionOutcome inFact, ReplayDecision decision, decimal cost)
    {
        switch (inFact == DecisionOutcome.Allowed, decision.Outcome == DecisionOutcome.Allowed)
        {
            case (true, false):
                _newlyRefused++;
                _newlyRefusedCost += cost;
                return false;
            case (false, true):
                _noLongerRefused++;
                _noLongerRefusedCost += cost;
                return false;
            case (false, false) when inFact != decision.Outcome || !IsBySame(entry, decision):
                _refusedOtherwise++;
                return false;
            default:
                return true;
        }
    }

    // An entry names the limits that refuse by what they count, and each once.
    private static bool IsBySame(LedgerEntry entry, ReplayDecision decision)
    {
        var present = decision.Refusing(withShadows: false).Select(place => decision.Call.Limits[place])
            .Select(limit => (limit.Rule is CounterRule rule ? rule.Family.Name : limit.Rule.Name, BudgetScope.Of(limit.Rule.ScopeKind, limit.ScopeId)));
        return entry.Counters.Select(counter => (counter.Family, counter.Scope)).ToHashSet().SetEquals(present);
    }

    private static ImmutableArray<WhatIfRefusal> RefusalsOf(ReplayDecision decision) =>
    [
        .. decision.Refusing(withShadows: false).Select(place => new WhatIfRefusal(
            RuleAt(decision.Call, place).Id, RuleAt(decision.Call, place).Kind, BudgetScope.Of(decision.Call.Limits[place].Rule.ScopeKind, decision.Call.Limits[place].ScopeId))).Distinct(),
    ];

    private static LimitRule RuleAt(DecisionCall call, int place) => call.ThrottledBudget(place) is >= 0 and var budget ? call.Limits[budget].Rule : call.Limits[place].Rule;

    private PastScore PastOf(string name, string? unit, bool isShadow)
    {
        if (!_past.TryGetValue((name, unit, isShadow), out var score))
            _past.Add((name, unit, isShadow), score = new(name, unit, isShadow));
        return score;
    }

    private LimitScore ScoreOf(LimitRule rule)
    {
        if (_byRule.TryGetValue(rule, out var score))
            return score;
        if (!_limits.TryGetValue((rule.Kind, rule.Id), out score))
            _limits.Add((rule.Kind, rule.Id), score = LimitScore.Of(rule));
        if (_byRule.Count >= MostRules)
            _byRule.Clear();
        _byRule.Add(rule, score);
        return score;
    }
}
