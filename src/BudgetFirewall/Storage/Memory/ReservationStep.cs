namespace BudgetFirewall.Storage;

/// <summary>The common part of the steps on an existing reservation: finds its record, enters all of its counters and, where wanted, its rate limits.</summary>
internal ref struct ReservationStep(MemoryBudgetStore store, in Moment moment, HeldReservation reservation)
{
    private readonly Moment _moment = moment;
    private CellSet _cells = new();

    /// <summary>The part of the store that remembers the reservation.</summary>
    public readonly OperationShard Operations => Own?.Operations ?? store.OperationsOf(OperationKey.Of(reservation));

    /// <summary>The record of this very reservation; null when it is forgotten, although another may have taken its id since.</summary>
    public readonly ReservationRecord? FindRecord()
    {
        if (Own is { } own)
            return own.IsForgotten || own.DropAtTicks <= _moment.Ticks ? null : own;
        return Operations.Find(OperationKey.Of(reservation), _moment.Ticks) is ReservationRecord found && found.Reservation.ExpiresAt == reservation.ExpiresAt ? found : null;
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
                _cells[i] = Own?.Counters[i] is { IsDropped: false } kept ? kept : FindAnew(reservation.CounterAt(i));
            for (var i = 0; i < rateLimits; i++)
                _cells[count + i] = store.Cells.GetRateLimit(reservation.RateLimitAt(i), reservation.Partition);
        }
        while (!_cells.TryEnter(count + rateLimits, store.Cells));
        for (var i = 0; i < count; i++)
            CounterAt(i).PurgeHolds(_moment.Milliseconds);
    }

    public void Leave() => _cells.Leave(store.Cells);

    public readonly Counter CounterAt(int index) => (Counter)_cells[index]!;

    /// <summary>Settles the difference between the amount that was taken and the amount that should have been taken.</summary>
    public readonly void SettleRateLimit(int index, long takeMicros, long takenAtTicks)
    {
        var step = reservation.RateLimitAt(index);
        if (takeMicros == step.Take)
            return;
        var cell = (RateLimitCell)_cells[reservation.CounterCount + index]!;
        cell.Look(step.Rule, _moment);
        cell.Settle(step.Rule, takeMicros - step.Take, takenAtTicks, _moment);
    }

    // The record, where this store has made the reservation.
    private readonly ReservationRecord? Own => reservation.StoreState is ReservationRecord record && record.Operations.Store == store ? record : null;

    private readonly Counter FindAnew(in HeldCounter held)
    {
        var key = CellKey.Of(held.Rule.Family, held.ScopeId, reservation.Partition, held.PeriodStart);
        return store.Cells.GetCounter(key, PeriodWindow.At(held.Rule.Family.Period, new(held.PeriodStart, TimeSpan.Zero)), _moment.Ticks);
    }
}
