namespace BudgetFirewall.Storage;

/// <summary>The common part of the transactions on an existing reservation: finds its record, enters all of its counters and, where wanted, its rate limits.</summary>
internal ref struct ReservationTransaction(MemoryBudgetStore store, in StoreTime time, HeldReservation reservation)
{
    private readonly StoreTime _time = time;
    private LimitStateSet _states = new();

    /// <summary>The part of the store that remembers the reservation.</summary>
    public readonly OperationShard Operations => Own?.Operations ?? store.OperationsOf(OperationKey.Of(reservation));

    /// <summary>The record of this very reservation; null when it is forgotten, although another may have taken its id since.</summary>
    public readonly ReservationRecord? FindRecord()
    {
        if (Own is { } own)
            return own.IsForgotten || own.DropAtTicks <= _time.Ticks ? null : own;
        return Operations.Find(OperationKey.Of(reservation), _time.Ticks) is ReservationRecord found && found.Reservation.ExpiresAt == reservation.ExpiresAt ? found : null;
    }

    /// <summary>
    /// Enters the counters of the periods that the hold was taken in, and the rate limits if they are wanted. Counters that are gone are made anew.
    /// </summary>
    public void Enter(bool withRateLimits)
    {
        var count = reservation.CounterCount;
        var rateLimits = withRateLimits ? reservation.RateLimitCount : 0;
        do
        {
            for (var i = 0; i < count; i++)
                _states[i] = Own?.Counters[i] is { IsDropped: false } kept ? kept : FindAnew(reservation.CounterAt(i));
            for (var i = 0; i < rateLimits; i++)
                _states[count + i] = store.LimitStates.GetRateLimiter(reservation.RateLimitAt(i), reservation.Partition);
        }
        while (!_states.TryEnter(count + rateLimits, store.LimitStates));
        for (var i = 0; i < count; i++)
            CounterAt(i).PurgeHolds(_time.Milliseconds);
    }

    public void Leave() => _states.Leave(store.LimitStates);

    public readonly Counter CounterAt(int index) => (Counter)_states[index]!;

    /// <summary>Settles the difference between the amount that was taken and the amount that should have been taken; a queue gets back only what nobody has come after.</summary>
    public readonly void SettleRateLimit(int index, long takeMicros, ReservationRecord record)
    {
        var demand = reservation.RateLimitAt(index);
        if (takeMicros == demand.Take)
            return;
        var limiter = (RateLimiter)_states[reservation.CounterCount + index]!;
        if (takeMicros < demand.Take && ((RateLimitRule)demand.Rule).IsQueue && !IsAsLeft(limiter, demand.Rule, record, index))
            return;
        limiter.Look(demand.Rule, _time);
        limiter.Settle(demand.Rule, takeMicros - demand.Take, record.MadeAtTicks, _time);
    }

    // Whoever has come since has a turn behind what was taken: what is given back now would be given to two.
    private readonly bool IsAsLeft(RateLimiter limiter, LimitRule rule, ReservationRecord record, int index)
    {
        limiter.Look(rule, new(new(record.MadeAtTicks, TimeSpan.Zero), _time.Periods));
        return index < record.QueuesLeft.Length && limiter.Read(rule).IsLevelOf(record.QueuesLeft[index]);
    }

    // The record, where this store has made the reservation.
    private readonly ReservationRecord? Own => reservation.StoreState is ReservationRecord record && record.Operations.Store == store ? record : null;

    private readonly Counter FindAnew(in HeldCounter held)
    {
        var key = LimitStateKey.Of(held.Rule.Family, held.ScopeId, reservation.Partition, held.PeriodStart);
        return store.LimitStates.GetCounter(key, held.Rule.KeptUntil(held.Period), _time.Ticks);
    }
}
