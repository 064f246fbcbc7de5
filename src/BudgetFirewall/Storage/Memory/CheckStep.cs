using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>
/// A check without an id, by looking: it enters the buckets, which it takes from, but not the counters, which it leaves as they are.
/// So checks never wait for each other at the counters that all requests share.
/// </summary>
internal ref struct CheckStep
{
    private readonly MemoryBudgetStore _store;
    private readonly Moment _moment;
    private readonly DecisionCall _call;
    private readonly CounterReading[] _readings;
    private readonly BucketLevel[] _levels;
    // The counters, or where they would be: what must not have changed.
    private LimitBuffer<Versioned> _looked;
    private LimitBuffer<int> _versions;
    private CellSet _buckets;

    public CheckStep(MemoryBudgetStore store, in Moment moment, DecisionCall call)
    {
        _store = store;
        _moment = moment;
        _call = call;
        _looked = new();
        _versions = new();
        _buckets = new();
        _readings = call.Counters.IsEmpty ? [] : new CounterReading[call.Counters.Length];
        _levels = call.Buckets.IsEmpty ? [] : new BucketLevel[call.Buckets.Length];
    }

    /// <summary>The answer; null when it takes a step that enters the counters to tell; nothing was done then.</summary>
    public DecisionAnswer? TryRun()
    {
        if (_store.Catalog.Read(_call.Partition).Version != _call.CatalogVersion)
            return null;
        for (var i = 0; i < _levels.Length; i++)
            _buckets[i] = _store.Cells.GetBucket(CellKey.Of(_call.Buckets[i], _call.Partition), _call.Buckets[i].Rule);
        if (!_buckets.TryEnter(_levels.Length, _store.Cells))
            return null;
        try
        {
            if (!TryLook(out var isAllowed) || !IsStill())
                return null;
            if (isAllowed)
                TakeFromBuckets();
            return new()
            {
                Status = isAllowed ? DecisionStatus.Done : DecisionStatus.Denied,
                Now = _moment.Now,
                CostNanos = _call.CostNanos,
                Counters = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
                Buckets = ImmutableCollectionsMarshal.AsImmutableArray(_levels),
            };
        }
        finally
        {
            _buckets.Leave(_store.Cells);
        }
    }

    private bool TryLook(out bool isAllowed)
    {
        isAllowed = true;
        for (var i = 0; i < _readings.Length; i++)
        {
            var step = _call.Counters[i];
            if (!TryRead(i, CellKey.Of(step, _call.Partition, _moment)))
                return false;
            isAllowed &= !step.Rule.Refuses(_readings[i].Spent, _readings[i].Held, step.Amount, step.IsUnknown);
        }
        for (var i = 0; i < _levels.Length; i++)
        {
            var step = _call.Buckets[i];
            _levels[i] = BucketAt(i).LevelAt(step.Rule, _moment.Microseconds);
            isAllowed &= !step.Refuses(_levels[i]);
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

    // All counters stood at what was read at one moment, this one, in which the buckets are held.
    private readonly bool IsStill()
    {
        for (var i = 0; i < _readings.Length; i++)
        {
            if (!_looked[i].IsStill(_versions[i]))
                return false;
        }
        return true;
    }

    private readonly void TakeFromBuckets()
    {
        for (var i = 0; i < _levels.Length; i++)
            _levels[i] = BucketAt(i).Take(_call.Buckets[i], _levels[i], _moment.Microseconds);
    }

    private readonly Bucket BucketAt(int index) => (Bucket)_buckets[index]!;
}
