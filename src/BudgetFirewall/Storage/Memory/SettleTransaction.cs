using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>The end of a reservation by commit or release.</summary>
internal ref struct SettleTransaction(MemoryBudgetStore store, in StoreTime time, SettleCall call)
{
    private readonly StoreTime _time = time;
    private readonly LimitReading[] _readings = new LimitReading[call.Reservation.CounterCount];
    private ReservationTransaction _reservation = new(store, time, call.Reservation);

    public SettleAnswer Run()
    {
        var operations = _reservation.Operations;
        lock (operations.Lock)
        {
            var record = _reservation.FindRecord();
            if (record is null && call.IsCommit)
                return Answer(SettleStatus.NotFound);
            if (record?.Settled is { } settled && !settled.IsSame(call))
                return Answer(SettleStatus.Conflict);
            if (record is { IsOpen: true } && call.IsReplayOnly)
                return Answer(SettleStatus.NotSettled);
            var isLate = _time.Ticks >= record?.ExpiresAtTicks;
            // After the lease there is nothing to release, and a later commit must still be recorded.
            return record is { IsOpen: true } && (call.IsCommit || !isLate) ? Settle(record, isLate, operations) : Look(record?.Settled);
        }
    }

    private SettleAnswer Settle(ReservationRecord record, bool isLate, OperationShard operations)
    {
        var effects = new ChargeEffects(call.Reservation);
        bool overflows;
        _reservation.Enter(withRateLimits: SettlesRateLimits());
        try
        {
            overflows = WouldOverflow(record);
            if (!overflows)
                Do(record, ref effects);
        }
        finally
        {
            _reservation.Leave();
        }
        if (overflows)
            return Answer(SettleStatus.Overflow);
        record.Settle(call, isLate, effects.Overruns, effects.Warnings);
        operations.Closed();
        if (!record.HasExplicitId)
            operations.RememberSettled(record, _time.Ticks);
        return Done(record.Settled, isReplay: false);
    }

    private SettleAnswer Look(ReservationRecord.Settlement? settled)
    {
        _reservation.Enter(withRateLimits: false);
        ReadCounters();
        _reservation.Leave();
        return Done(settled, isReplay: settled is not null);
    }

    private readonly void Do(ReservationRecord record, ref ChargeEffects effects)
    {
        for (var i = 0; i < _readings.Length; i++)
        {
            var held = call.Reservation.CounterAt(i);
            _reservation.CounterAt(i).Unhold(record.SlotEndMs, held.Amount);
            if (call.IsCommit && call.Amounts[i] > 0)
                _reservation.CounterAt(i).Charge(held with { Amount = call.Amounts[i] }, ref effects);
        }
        for (var i = 0; i < call.TakesMicros.Length; i++)
            _reservation.SettleRateLimit(i, call.TakesMicros[i], record);
        ReadCounters();
    }

    private readonly void ReadCounters()
    {
        for (var i = 0; i < _readings.Length; i++)
            _readings[i] = _reservation.CounterAt(i).Reading;
    }

    private readonly bool SettlesRateLimits()
    {
        for (var i = 0; i < call.TakesMicros.Length; i++)
        {
            if (call.TakesMicros[i] != call.Reservation.RateLimitAt(i).Take)
                return true;
        }
        return false;
    }

    private readonly bool WouldOverflow(ReservationRecord record)
    {
        for (var i = 0; i < call.Amounts.Length; i++)
        {
            var counter = _reservation.CounterAt(i);
            var givenBack = Math.Min(call.Reservation.CounterAt(i).Amount, counter.HeldIn(record.SlotEndMs));
            if ((Int128)counter.Spent + counter.Held - givenBack + call.Amounts[i] > long.MaxValue)
                return true;
        }
        return false;
    }

    private readonly SettleAnswer Done(ReservationRecord.Settlement? settled, bool isReplay) => new()
    {
        Status = SettleStatus.Done,
        Now = _time.Now,
        IsReplay = isReplay,
        IsLate = settled?.IsLate ?? false,
        CostNanos = settled?.Call.CostNanos ?? 0,
        Readings = ImmutableCollectionsMarshal.AsImmutableArray(_readings),
        Overruns = settled?.Overruns ?? [],
        Warnings = settled?.Warnings ?? [],
    };

    private readonly SettleAnswer Answer(SettleStatus status) => new() { Status = status, Now = _time.Now };
}
