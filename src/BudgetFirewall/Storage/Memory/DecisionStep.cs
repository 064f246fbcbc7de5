using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>One decision: everything is looked at while every cell concerned is entered, and only then written.</summary>
internal ref struct DecisionStep
{
    private readonly MemoryBudgetStore _store;
    private readonly Moment _moment;
    private readonly DecisionCall _call;
    private readonly CounterReading[] _readings;
    private readonly BucketLevel[] _levels;
    private CellSet _cells;

    public DecisionStep(MemoryBudgetStore store, in Moment moment, DecisionCall call)
    {
        if (call.Counters.Length + call.Buckets.Length > RequestPlanner.MaxLimits)
            throw new ArgumentException($"A step has at most {RequestPlanner.MaxLimits} counters and buckets, not {call.Counters.Length + call.Buckets.Length}.", nameof(call));
        _store = store;
        _moment = moment;
        _call = call;
        _cells = new();
        _readings = call.Counters.IsEmpty ? [] : new CounterReading[call.Counters.Length];
        _levels = call.Buckets.IsEmpty ? [] : new BucketLevel[call.Buckets.Length];
    }

    private readonly bool IsRemembered => _call.Retention is not null;

    public DecisionAnswer Run()
    {
        // A reservation is recorded under any id, and one that arrives late must find the charge that took its place.
        if (!IsRemembered && _call.Kind != DecisionKind.Reserve)
            return Decide(operations: null, default);
        var key = OperationKey.Of(_call);
        var operations = _store.OperationsOf(key);
        lock (operations.Gate)
        {
            return operations.Find(key, _moment.Ticks) is { } record
                ? record.IsSame(_call) ? Replay(record) : Answer(DecisionStatus.Conflict)
                : Decide(operations, key);
        }
    }

    private DecisionAnswer Decide(OperationShard? operations, in OperationKey key)
    {
        if (_call.IsReplayOnly)
            return Answer(DecisionStatus.UnknownOperation);
        if (_store.Catalog.Read(_call.Partition).Version != _call.CatalogVersion)
            return Answer(DecisionStatus.StaleCatalog);
        var effects = new ChargeEffects(_call);
        var slotEndMs = 0L;
        DecisionStatus status;
        bool hasRoom;
        Enter();
        try
        {
            status = Look();
            hasRoom = status != DecisionStatus.Done || _call.Kind != DecisionKind.Reserve || operations!.TryOpen();
            if (status == DecisionStatus.Done && hasRoom)
                Do(ref effects, out slotEndMs);
        }
        finally
        {
            _cells.Leave(_store.Cells);
        }
        if (!hasRoom)
            throw _store.TooManyOpen();
        // Others wait no longer than it takes to change the cells; whoever repeats this operation waits until it is remembered.
        return status == DecisionStatus.Done ? Done(effects, slotEndMs, operations, key) : Answer(status, withReadings: status == DecisionStatus.Denied);
    }

    private void Enter()
    {
        do
        {
            for (var i = 0; i < _readings.Length; i++)
                _cells[i] = _store.Cells.GetCounter(CellKey.Of(_call.Counters[i], _call.Partition, _moment), PeriodOf(_call.Counters[i]), _moment.Ticks);
            for (var i = 0; i < _levels.Length; i++)
                _cells[_readings.Length + i] = _store.Cells.GetBucket(CellKey.Of(_call.Buckets[i], _call.Partition), _call.Buckets[i].Rule);
        }
        while (!_cells.TryEnter(_readings.Length + _levels.Length, _store.Cells));
    }

    /// <summary>Reads everything; writes nothing but what time alone has changed.</summary>
    private readonly DecisionStatus Look()
    {
        var status = DecisionStatus.Done;
        for (var i = 0; i < _readings.Length; i++)
        {
            var step = _call.Counters[i];
            CounterAt(i).PurgeHolds(_moment.Milliseconds);
            var reading = _readings[i] = CounterAt(i).Reading;
            if (_call.Kind != DecisionKind.Charge && step.Rule.Refuses(reading.Spent, reading.Held, step.Amount, step.IsUnknown))
                status = DecisionStatus.Denied;
            else if (_call.Kind != DecisionKind.Check && status == DecisionStatus.Done && (Int128)reading.Spent + reading.Held + step.Amount > long.MaxValue)
                status = DecisionStatus.Overflow;
        }
        for (var i = 0; i < _levels.Length; i++)
        {
            var step = _call.Buckets[i];
            _levels[i] = BucketAt(i).LevelAt(step.Rule, _moment.Microseconds);
            if (_call.Kind != DecisionKind.Charge && step.Refuses(_levels[i]))
                status = DecisionStatus.Denied;
        }
        return status;
    }

    private readonly void Do(ref ChargeEffects effects, out long slotEndMs)
    {
        slotEndMs = 0;
        TakeFromBuckets();
        if (_call.Kind == DecisionKind.Reserve)
            slotEndMs = Hold();
        else if (_call.Kind != DecisionKind.Check)
            Charge(ref effects);
        for (var i = 0; i < _readings.Length; i++)
            _readings[i] = CounterAt(i).Reading;
    }

    private readonly DecisionAnswer Done(in ChargeEffects effects, long slotEndMs, OperationShard? operations, in OperationKey key)
    {
        var reservation = _call.Kind == DecisionKind.Reserve ? Record(slotEndMs, operations!, key) : null;
        var answer = new DecisionAnswer
        {
            Status = DecisionStatus.Done,
            Now = _moment.Now,
            CostNanos = _call.CostNanos,
            Counters = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
            Buckets = ImmutableCollectionsMarshal.AsImmutableArray(_levels),
            Reservation = reservation,
            Overruns = effects.Overruns,
            Warnings = effects.Warnings,
        };
        if (IsRemembered && reservation is null)
            Remember(operations!, key, answer);
        return answer;
    }

    private readonly void TakeFromBuckets()
    {
        for (var i = 0; i < _levels.Length; i++)
            _levels[i] = BucketAt(i).Take(_call.Buckets[i], _levels[i], _moment.Microseconds);
    }

    private readonly void Charge(ref ChargeEffects effects)
    {
        for (var i = 0; i < _readings.Length; i++)
        {
            var step = _call.Counters[i];
            if (step.Amount > 0)
                effects.Charge(CounterAt(i), step.Rule, step.ScopeId, PeriodOf(step).Start, step.Amount);
        }
    }

    private readonly long Hold()
    {
        var purgedThrough = 0L;
        for (var i = 0; i < _readings.Length; i++)
            purgedThrough = Math.Max(purgedThrough, CounterAt(i).PurgedThroughMs);
        var slotEndMs = HoldSlots.EndMs(_moment.Now + _call.Lease, _call.Lease, purgedThrough);
        for (var i = 0; i < _readings.Length; i++)
        {
            if (_call.Counters[i].Amount > 0)
                CounterAt(i).Hold(slotEndMs, _call.Counters[i].Amount);
            else
                CounterAt(i).KeepUntil(slotEndMs);
        }
        return slotEndMs;
    }

    private readonly HeldReservation Record(long slotEndMs, OperationShard operations, in OperationKey key)
    {
        var counters = new Counter[_readings.Length];
        for (var i = 0; i < counters.Length; i++)
            counters[i] = CounterAt(i);
        var record = new ReservationRecord(_call, _moment.Now + _call.Lease, _moment.Periods)
        {
            Operations = operations,
            Counters = counters,
            SlotEndMs = slotEndMs,
        };
        operations.Remember(key, record);
        return record.Reservation;
    }

    private readonly void Remember(OperationShard operations, in OperationKey key, DecisionAnswer answer) => operations.Remember(key, new(_call)
    {
        Overruns = answer.Overruns,
        Warnings = answer.Warnings,
        DropAtTicks = (_moment.Now + _call.Retention!.Value).UtcTicks,
    });

    private DecisionAnswer Replay(OperationRecord record)
    {
        Enter();
        try
        {
            _ = Look();
        }
        finally
        {
            _cells.Leave(_store.Cells);
        }
        return new()
        {
            Status = DecisionStatus.Done,
            IsReplay = true,
            Now = _moment.Now,
            CostNanos = record.CostNanos,
            IsCostUnknown = record.IsCostUnknown,
            Counters = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
            Buckets = ImmutableCollectionsMarshal.AsImmutableArray(_levels),
            Reservation = (record as ReservationRecord)?.Reservation,
            Overruns = record.Overruns,
            Warnings = record.Warnings,
        };
    }

    private readonly DecisionAnswer Answer(DecisionStatus status, bool withReadings = false) => new()
    {
        Status = status,
        Now = _moment.Now,
        CostNanos = _call.CostNanos,
        Counters = withReadings ? ImmutableCollectionsMarshal.AsImmutableArray(_readings) : [],
        Buckets = withReadings ? ImmutableCollectionsMarshal.AsImmutableArray(_levels) : [],
    };

    private readonly Counter CounterAt(int index) => (Counter)_cells[index]!;

    private readonly Bucket BucketAt(int index) => (Bucket)_cells[_readings.Length + index]!;

    private readonly ref readonly PeriodWindow PeriodOf(in CounterStep step) => ref _moment.Periods[step.Rule.Family.Period];
}
