namespace BudgetFirewall.Storage;

/// <summary>Undoes a check or reservation whose caller does not wait for its turn any longer.</summary>
internal readonly ref struct UndoTransaction(MemoryBudgetStore store, in StoreTime time, DecisionCall call, DecisionAnswer answer)
{
    private readonly StoreTime _time = time;

    /// <summary>True when something was undone.</summary>
    public bool Run()
    {
        if (!TryForget())
            return false;
        for (var i = call.BudgetCount; i < call.Limits.Length; i++)
        {
            if (((RateLimitRule)call.Limits[i].Rule).IsQueue && call.Limits[i].Take != 0 && !answer.JudgementAt(i).IsPassedOver)
                GiveBack(i);
        }
        return true;
    }

    private bool TryForget()
    {
        if (call.Retention is null && call.Kind != DecisionKind.Reserve)
            return true;
        var key = OperationKey.Of(call);
        var operations = store.OperationsOf(key);
        lock (operations.Lock)
        {
            if (operations.Find(key, _time.Ticks) is not OperationRecord { IsShared: false } record || !IsOwn(record))
                return false;
            if (answer.Reservation is { } reservation)
                _ = new SettleTransaction(store, _time, new() { Reservation = reservation, IsCommit = false }).Run();
            operations.Remove(key, record);
            return true;
        }
    }

    private bool IsOwn(OperationRecord record) => answer.Reservation is { } reservation
        ? record is ReservationRecord { IsOpen: true } && ReferenceEquals(reservation.StoreState, record)
        : record.TurnTicks == (answer.Now + answer.Wait).UtcTicks && record.IsSame(call);

    // Whoever has taken since has left another level, or the same one at another time.
    private void GiveBack(int index)
    {
        var demand = call.Limits[index];
        var taken = new StoreTime(answer.Now, _time.Periods);
        if (store.LimitStates.FindRateLimiter(LimitStateKey.Of(demand.Rule, demand.ScopeId, call.Partition)) is not { } limiter)
            return;
        limiter.Enter();
        limiter.LookBack(demand.Rule, answer.Readings[index].Scale, taken);
        if (limiter.Read(demand.Rule).IsLevelOf(answer.Readings[index]))
            limiter.Settle(demand.Rule, -demand.Take, taken.Ticks, taken);
        store.LimitStates.Leave(limiter);
    }
}
