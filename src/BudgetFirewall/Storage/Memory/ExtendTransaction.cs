namespace BudgetFirewall.Storage;

/// <summary>Extends the lease of an open reservation by moving its hold to a later slot.</summary>
internal ref struct ExtendTransaction(MemoryBudgetStore store, in StoreTime time, HeldReservation reservation, TimeSpan lease)
{
    private readonly StoreTime _time = time;
    private ReservationTransaction _reservation = new(store, time, reservation);

    public DateTimeOffset? Run()
    {
        var operations = _reservation.Operations;
        lock (operations.Lock)
        {
            if (_reservation.FindRecord() is not { IsOpen: true } record || _time.Ticks >= record.ExpiresAtTicks)
                return null;
            _reservation.Enter(withRateLimits: false);
            try
            {
                return Extend(record);
            }
            finally
            {
                _reservation.Leave();
            }
        }
    }

    private readonly DateTimeOffset? Extend(ReservationRecord record)
    {
        if (!IsStillHeld(record))
            return null;
        var expiresAt = _time.Now + lease;
        if (expiresAt.UtcTicks <= record.ExpiresAtTicks)
            return new DateTimeOffset(record.ExpiresAtTicks, TimeSpan.Zero);
        Move(record, HoldSlots.EndMs(_time.Now, lease, PurgedThroughMs()));
        record.ExpiresAtTicks = expiresAt.UtcTicks;
        record.DropAtTicks = Math.Max(record.DropAtTicks, (expiresAt + record.Retention).UtcTicks);
        return expiresAt;
    }

    // After the clock was set back, a hold may be gone although its lease has not ended; taking it again could overbook.
    private readonly bool IsStillHeld(ReservationRecord record)
    {
        for (var i = 0; i < reservation.CounterCount; i++)
        {
            var amount = reservation.CounterAt(i).Amount;
            if (amount > 0 && _reservation.CounterAt(i).HeldIn(record.SlotEndMs) < amount)
                return false;
        }
        return true;
    }

    private readonly long PurgedThroughMs()
    {
        var purgedThrough = 0L;
        for (var i = 0; i < reservation.CounterCount; i++)
            purgedThrough = Math.Max(purgedThrough, _reservation.CounterAt(i).PurgedThroughMs);
        return purgedThrough;
    }

    private readonly void Move(ReservationRecord record, long slotEndMs)
    {
        for (var i = 0; i < reservation.CounterCount; i++)
        {
            var amount = reservation.CounterAt(i).Amount;
            var counter = _reservation.CounterAt(i);
            if (amount == 0)
            {
                counter.KeepUntil(slotEndMs);
                continue;
            }
            counter.Unhold(record.SlotEndMs, amount);
            counter.Hold(slotEndMs, amount);
        }
        record.SlotEndMs = slotEndMs;
    }
}
