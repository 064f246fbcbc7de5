using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>
/// A check without an id. It enters the rate limits, which it takes from, but only reads the counters.
/// So checks never wait for each other at the counters that all requests share.
/// </summary>
internal ref struct CheckTransaction
{
    private readonly MemoryBudgetStore _store;
    private readonly StoreTime _time;
    private readonly DecisionCall _call;
    private readonly int _budgets;
    private readonly LimitReading[] _readings;
    private LimitJudgements _judgements;
    // The counters, or the shards that they would be in, which must not have changed.
    private LimitBuffer<SequenceLock> _looked;
    private LimitBuffer<int> _versions;
    private LimitStateSet _rateLimits;

    public CheckTransaction(MemoryBudgetStore store, in StoreTime time, DecisionCall call)
    {
        _store = store;
        _time = time;
        _call = call;
        _budgets = call.BudgetCount;
        _looked = new();
        _versions = new();
        _rateLimits = new();
        _readings = call.Limits.IsEmpty ? [] : new LimitReading[call.Limits.Length];
        _judgements = new(_readings.Length);
    }

    /// <summary>The answer; null when only a transaction that enters the counters can decide, and then nothing was done.</summary>
    public DecisionAnswer? TryRun()
    {
        if (_store.Catalog.VersionOf(_call.Partition) != _call.CatalogVersion)
            return null;
        if (_call.Validity is { } valid && !valid.Contains(_time.Now))
            return null;
        for (var i = _budgets; i < _readings.Length; i++)
            _rateLimits[i - _budgets] = _store.LimitStates.GetRateLimiter(_call.Limits[i], _call.Partition);
        if (!_rateLimits.TryEnter(_readings.Length - _budgets, _store.LimitStates))
            return null;
        try
        {
            if (!TryLook() || !IsStill())
                return null;
            ReadRateLimits(takes: !_judgements.AreRefusing);
            return new()
            {
                Status = _judgements.AreRefusing ? DecisionStatus.Denied : DecisionStatus.Done,
                Now = _time.Now,
                CostNanos = _call.CostNanos,
                Readings = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
                Judgements = _judgements.All,
                Wait = _judgements.AreRefusing ? TimeSpan.Zero : _judgements.Wait,
            };
        }
        finally
        {
            _rateLimits.Leave(_store.LimitStates);
        }
    }

    private bool TryLook()
    {
        for (var i = 0; i < _budgets; i++)
        {
            ref readonly var demand = ref _call.Limits.ItemRef(i);
            var rule = (CounterRule)demand.Rule;
            var period = _time.PeriodOf(rule.Family.Calendar);
            if (!TryRead(i, LimitStateKey.Of(rule.Family, demand.ScopeId, _call.Partition, period.Start)))
                return false;
            if (!rule.Fits(_readings[i], demand))
                _judgements.Add(i, rule.Judge(_readings[i], demand, _time.Now.UtcDateTime, period.End));
        }
        for (var i = _budgets; i < _readings.Length; i++)
        {
            ref readonly var demand = ref _call.Limits.ItemRef(i);
            var limiter = RateLimiterAt(i);
            limiter.Look(demand.Rule, _time);
            _judgements.Add(i, limiter.Judge(_call, i, _readings, _time));
        }
        return true;
    }

    // A counter that is not there has spent and holds nothing, for as long as none is added.
    private bool TryRead(int index, in LimitStateKey key)
    {
        var shard = _store.LimitStates.ShardOf(key.Hash);
        var counter = (Counter?)shard.Find(key, out var version);
        var isQuiet = counter?.TryRead(_time.Milliseconds, out version, out _readings[index]) ?? true;
        _looked[index] = (SequenceLock?)counter ?? shard;
        _versions[index] = version;
        return isQuiet;
    }

    // At this moment, while the rate limits are entered, all counters have the values that were read.
    private readonly bool IsStill()
    {
        for (var i = 0; i < _budgets; i++)
        {
            if (!_looked[i].IsStill(_versions[i]))
                return false;
        }
        return true;
    }

    private readonly void ReadRateLimits(bool takes)
    {
        for (var i = _budgets; i < _readings.Length; i++)
        {
            ref readonly var demand = ref _call.Limits.ItemRef(i);
            var limiter = RateLimiterAt(i);
            if (takes && !_judgements.IsPassedOver(i))
                limiter.Take(demand.Rule, demand.Take, _time);
            _readings[i] = limiter.Read(demand.Rule);
        }
    }

    private readonly RateLimiter RateLimiterAt(int index) => (RateLimiter)_rateLimits[index - _budgets]!;
}
