using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>One decision. It enters the state of every limit concerned, reads and judges all of them, and only then writes.</summary>
internal ref struct DecisionTransaction
{
    private readonly MemoryBudgetStore _store;
    private readonly StoreTime _time;
    private readonly DecisionCall _call;
    private readonly int _budgets;
    private readonly LimitReading[] _readings;
    private LimitJudgements _judgements;
    private LimitStateSet _states;

    public DecisionTransaction(MemoryBudgetStore store, in StoreTime time, DecisionCall call)
    {
        if (call.Limits.Length > DecisionCall.MaxLimits)
            throw new ArgumentException($"A call has at most {DecisionCall.MaxLimits} budgets and rate limits, not {call.Limits.Length}.", nameof(call));
        _store = store;
        _time = time;
        _call = call;
        _budgets = call.BudgetCount;
        _states = new();
        _readings = call.Limits.IsEmpty ? [] : new LimitReading[call.Limits.Length];
        _judgements = new(_readings.Length);
    }

    private readonly bool IsStale => _store.Catalog.VersionOf(_call.Partition) != _call.CatalogVersion;

    private readonly bool IsRemembered => _call.Retention is not null;

    public DecisionAnswer Run()
    {
        // A reservation is recorded under any id, and one that arrives late must find the charge that took its place.
        if (!IsRemembered && _call.Kind != DecisionKind.Reserve)
            return Decide(operations: null, default);
        var key = OperationKey.Of(_call);
        var operations = _store.OperationsOf(key);
        lock (operations.Lock)
        {
            return operations.Find(key, _time.Ticks) is OperationRecord record
                ? record.IsSame(_call) ? Replay(record) : Answer(DecisionStatus.Conflict)
                : Decide(operations, key);
        }
    }

    /// <summary>Reads and judges everything, and does nothing.</summary>
    public DecisionAnswer Explain()
    {
        if (IsStale)
            return Answer(DecisionStatus.StaleCatalog);
        if (_call.Validity is { } valid && !valid.Contains(_time.Now))
            return Answer(DecisionStatus.OtherTime);
        DecisionStatus status;
        Enter();
        try
        {
            status = Look(judges: true);
            ReadRateLimits();
        }
        finally
        {
            _states.Leave(_store.LimitStates);
        }
        return Judged(status);
    }

    private DecisionAnswer Decide(OperationShard? operations, in OperationKey key)
    {
        if (_call.IsReplayOnly)
            return Answer(DecisionStatus.UnknownOperation);
        if (IsStale)
            return Answer(DecisionStatus.StaleCatalog);
        if (_call.Validity is { } valid && !valid.Contains(_time.Now))
            return Answer(DecisionStatus.OtherTime);
        var effects = new ChargeEffects(_call);
        var slotEndMs = 0L;
        DecisionStatus status;
        bool hasRoom;
        Enter();
        try
        {
            status = Look(judges: true);
            hasRoom = status != DecisionStatus.Done || _call.Kind != DecisionKind.Reserve || operations!.TryOpen();
            if (status == DecisionStatus.Done && hasRoom)
                Do(ref effects, out slotEndMs);
            ReadRateLimits();
        }
        finally
        {
            _states.Leave(_store.LimitStates);
        }
        if (!hasRoom)
            throw _store.TooManyOpen();
        // Other transactions wait no longer than it takes to change the states; a repetition of this operation waits until it is remembered.
        return status == DecisionStatus.Done ? Done(effects, slotEndMs, operations, key) : status is DecisionStatus.Denied or DecisionStatus.Delayed ? Judged(status) : Answer(status);
    }

    private void Enter()
    {
        do
        {
            for (var i = 0; i < _budgets; i++)
            {
                ref readonly var demand = ref _call.Limits.ItemRef(i);
                var rule = (CounterRule)demand.Rule;
                var period = PeriodOf(rule);
                _states[i] = _store.LimitStates.GetCounter(LimitStateKey.Of(rule.Family, demand.ScopeId, _call.Partition, period.Start), rule.KeptUntil(period), _time.Ticks);
            }
            for (var i = _budgets; i < _readings.Length; i++)
                _states[i] = _store.LimitStates.GetRateLimiter(_call.Limits[i], _call.Partition);
        }
        while (!_states.TryEnter(_readings.Length, _store.LimitStates));
    }

    /// <summary>Reads and judges everything; writes only changes that come from the passing of time.</summary>
    private DecisionStatus Look(bool judges)
    {
        var (isOverflow, isPooled) = (false, false);
        for (var i = 0; i < _budgets; i++)
        {
            ref readonly var demand = ref _call.Limits.ItemRef(i);
            CounterAt(i).PurgeHolds(_time.Milliseconds);
            var reading = _readings[i] = CounterAt(i).Reading;
            if (!judges)
                continue;
            var rule = (CounterRule)demand.Rule;
            isPooled |= rule.Budget.PoolId is not null;
            if (_call.Kind != DecisionKind.Charge && !rule.Fits(reading, demand))
                _judgements.Add(i, rule.Judge(reading, demand, _time.Now.UtcDateTime, PeriodOf(rule).End));
            isOverflow |= _call.CountsInBudgets && reading.Spent > long.MaxValue - reading.Held - demand.Take;
        }
        for (var i = _budgets; i < _readings.Length; i++)
        {
            ref readonly var demand = ref _call.Limits.ItemRef(i);
            var limiter = RateLimiterAt(i);
            limiter.Look(demand.Rule, _time);
            if (judges && _call.Kind != DecisionKind.Charge)
                _judgements.Add(i, limiter.Judge(_call, i, _readings, _time));
        }
        // Whoever divides a pool lowers limits, and reads the counters then: what is decided by the limits of before must be in them by that time, or not be.
        if (isPooled && IsStale)
            return DecisionStatus.StaleCatalog;
        if (_judgements.AreRefusing)
            return DecisionStatus.Denied;
        if (isOverflow)
            return DecisionStatus.Overflow;
        return _call.Kind == DecisionKind.Spend && _judgements.Wait > TimeSpan.Zero ? DecisionStatus.Delayed : DecisionStatus.Done;
    }

    private void Do(ref ChargeEffects effects, out long slotEndMs)
    {
        slotEndMs = 0;
        TakeFromRateLimits();
        if (_call.Kind == DecisionKind.Reserve)
            slotEndMs = Hold();
        else if (_call.CountsInBudgets)
            Charge(ref effects);
        for (var i = 0; i < _budgets; i++)
            _readings[i] = CounterAt(i).Reading;
    }

    private readonly DecisionAnswer Done(in ChargeEffects effects, long slotEndMs, OperationShard? operations, in OperationKey key)
    {
        var reservation = _call.Kind == DecisionKind.Reserve ? Record(slotEndMs, operations!, key) : null;
        var answer = new DecisionAnswer
        {
            Status = DecisionStatus.Done,
            Now = _time.Now,
            CostNanos = _call.CostNanos,
            Readings = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
            Judgements = _judgements.All,
            Wait = _judgements.Wait,
            Reservation = reservation,
            Overruns = effects.Overruns,
            Warnings = effects.Warnings,
        };
        if (IsRemembered && reservation is null)
            Remember(operations!, key, answer);
        return answer;
    }

    private DecisionAnswer Judged(DecisionStatus status) => new()
    {
        Status = status,
        Now = _time.Now,
        CostNanos = _call.CostNanos,
        Readings = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
        Judgements = _judgements.All,
    };

    private void TakeFromRateLimits()
    {
        for (var i = _budgets; i < _readings.Length; i++)
        {
            ref readonly var demand = ref _call.Limits.ItemRef(i);
            if (!_judgements.IsPassedOver(i))
                RateLimiterAt(i).Take(demand.Rule, demand.Take, _time);
        }
    }

    private readonly void Charge(ref ChargeEffects effects)
    {
        for (var i = 0; i < _budgets; i++)
        {
            ref readonly var demand = ref _call.Limits.ItemRef(i);
            var rule = (CounterRule)demand.Rule;
            if (demand.Take > 0)
                CounterAt(i).Charge(new(rule, demand.ScopeId, demand.Take, PeriodOf(rule).Start), ref effects);
        }
    }

    private readonly long Hold()
    {
        var purgedThrough = 0L;
        for (var i = 0; i < _budgets; i++)
            purgedThrough = Math.Max(purgedThrough, CounterAt(i).PurgedThroughMs);
        var slotEndMs = HoldSlots.EndMs(_time.Now, _judgements.Wait + _call.Lease, purgedThrough);
        for (var i = 0; i < _budgets; i++)
        {
            if (_call.Limits[i].Take > 0)
                CounterAt(i).Hold(slotEndMs, _call.Limits[i].Take);
            else
                CounterAt(i).KeepUntil(slotEndMs);
        }
        return slotEndMs;
    }

    private readonly HeldReservation Record(long slotEndMs, OperationShard operations, in OperationKey key)
    {
        var counters = new Counter[_budgets];
        for (var i = 0; i < counters.Length; i++)
            counters[i] = CounterAt(i);
        var record = new ReservationRecord(_call, _judgements.All, _time, _judgements.Wait)
        {
            Operations = operations,
            Counters = counters,
            SlotEndMs = slotEndMs,
            QueuesLeft = QueuesLeft(),
        };
        operations.Remember(key, record);
        return record.Reservation;
    }

    // Only usage can turn out to be less than was taken.
    private readonly ImmutableArray<LimitReading> QueuesLeft()
    {
        var any = false;
        for (var i = _budgets; i < _readings.Length && !any; i++)
            any = _call.Limits.ItemRef(i) is { Take: > 0, Rule: RateLimitRule { IsQueue: true, Unit: not null } };
        if (!any)
            return [];
        var left = ImmutableArray.CreateBuilder<LimitReading>(_readings.Length - _budgets);
        for (var i = _budgets; i < _readings.Length; i++)
        {
            if (!_judgements.IsPassedOver(i))
                left.Add(_readings[i]);
        }
        return left.ToImmutable();
    }

    private readonly void Remember(OperationShard operations, in OperationKey key, DecisionAnswer answer) => operations.Remember(key, new OperationRecord(_call)
    {
        Overruns = answer.Overruns,
        Warnings = answer.Warnings,
        TurnTicks = answer.Wait > TimeSpan.Zero ? (_time.Now + answer.Wait).UtcTicks : 0,
        DropAtTicks = (_time.Now + answer.Wait + _call.Retention!.Value).UtcTicks,
    });

    private DecisionAnswer Replay(OperationRecord record)
    {
        Enter();
        try
        {
            _ = Look(judges: false);
            ReadRateLimits();
        }
        finally
        {
            _states.Leave(_store.LimitStates);
        }
        return record.Replay(_time.Now, ImmutableCollectionsMarshal.AsImmutableArray(_readings));
    }

    private readonly DecisionAnswer Answer(DecisionStatus status) => new() { Status = status, Now = _time.Now, CostNanos = _call.CostNanos };

    private readonly void ReadRateLimits()
    {
        for (var i = _budgets; i < _readings.Length; i++)
            _readings[i] = RateLimiterAt(i).Read(_call.Limits[i].Rule);
    }

    private readonly Counter CounterAt(int index) => (Counter)_states[index]!;

    private readonly RateLimiter RateLimiterAt(int index) => (RateLimiter)_states[index]!;

    private readonly PeriodWindow PeriodOf(CounterRule rule) => _time.PeriodOf(rule.Family.Calendar);
}
