using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>
/// A check without an id. It enters the rate limits, which it takes from, but only reads the counters.
/// So checks never wait for each other at the counters that all requests share.
/// </summary>
internal ref struct CheckStep
{
    private readonly MemoryBudgetStore _store;
    private readonly Moment _moment;
    private readonly DecisionCall _call;
    private readonly int _budgets;
    private readonly LimitReading[] _readings;
    private StepJudgements _judgements;
    // The counters, or the shards that they would be in, which must not have changed.
    private LimitBuffer<Versioned> _looked;
    private LimitBuffer<int> _versions;
    private CellSet _rateLimits;

    public CheckStep(MemoryBudgetStore store, in Moment moment, DecisionCall call)
    {
        _store = store;
        _moment = moment;
        _call = call;
        _budgets = call.BudgetCount;
        _looked = new();
        _versions = new();
        _rateLimits = new();
        _readings = call.Limits.IsEmpty ? [] : new LimitReading[call.Limits.Length];
        _judgements = new(_readings.Length);
    }

    /// <summary>The answer; null when only a step that enters the counters can decide, and then nothing was done.</summary>
    public DecisionAnswer? TryRun()
    {
        if (_store.Catalog.VersionOf(_call.Partition) != _call.CatalogVersion)
            return null;
        for (var i = _budgets; i < _readings.Length; i++)
            _rateLimits[i - _budgets] = _store.Cells.GetRateLimit(_call.Limits[i], _call.Partition);
        if (!_rateLimits.TryEnter(_readings.Length - _budgets, _store.Cells))
            return null;
        try
        {
            if (!TryLook() || !IsStill())
                return null;
            ReadRateLimits(takes: !_judgements.AreRefusing);
            return new()
            {
                Status = _judgements.AreRefusing ? DecisionStatus.Denied : DecisionStatus.Done,
                Now = _moment.Now,
                CostNanos = _call.CostNanos,
                Readings = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
                Judgements = _judgements.All,
            };
        }
        finally
        {
            _rateLimits.Leave(_store.Cells);
        }
    }

    private bool TryLook()
    {
        for (var i = 0; i < _budgets; i++)
        {
            ref readonly var step = ref _call.Limits.ItemRef(i);
            var rule = (CounterRule)step.Rule;
            ref readonly var period = ref _moment.Periods[rule.Family.Period];
            if (!TryRead(i, CellKey.Of(rule.Family, step.ScopeId, _call.Partition, period.Start)))
                return false;
            _judgements.Add(i, rule.Judge(_readings[i], step.Need, _moment.Now.UtcDateTime, period.End));
        }
        for (var i = _budgets; i < _readings.Length; i++)
        {
            ref readonly var step = ref _call.Limits.ItemRef(i);
            var cell = RateLimitAt(i);
            cell.Look(step.Rule, _moment);
            _judgements.Add(i, cell.Judge(step.Rule, step.Need));
        }
        return true;
    }

    // A counter that is not there has spent and holds nothing, for as long as none is added.
    private bool TryRead(int index, in CellKey key)
    {
        var shard = _store.Cells.ShardOf(key.Hash);
        var counter = (Counter?)shard.Find(key, out var version);
        var isQuiet = counter?.TryRead(_moment.Milliseconds, out version, out _readings[index]) ?? true;
        _looked[index] = (Versioned?)counter ?? shard;
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
            ref readonly var step = ref _call.Limits.ItemRef(i);
            var cell = RateLimitAt(i);
            if (takes && !_judgements.IsPassedOver(i))
                cell.Take(step.Rule, step.Take, _moment);
            _readings[i] = cell.Read(step.Rule);
        }
    }

    private readonly RateLimitCell RateLimitAt(int index) => (RateLimitCell)_rateLimits[index - _budgets]!;
}
