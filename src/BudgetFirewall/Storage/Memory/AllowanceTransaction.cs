namespace BudgetFirewall.Storage;

/// <summary>A change of the allowance of one counter.</summary>
internal readonly ref struct AllowanceTransaction(MemoryBudgetStore store, in StoreTime time, AllowanceCall call)
{
    private readonly StoreTime _time = time;

    private PeriodWindow Period => _time.PeriodOf(call.Rule.Family.Calendar);

    public AllowanceAnswer Run()
    {
        call.Check();
        if (call.Retention is not { } retention)
            return Change();
        var key = OperationKey.Of(call);
        var operations = store.OperationsOf(key);
        lock (operations.Lock)
        {
            if (operations.Find(key, _time.Ticks) is AllowanceRecord record)
                return record.IsSame(call) ? Replay(record) : new() { Status = AllowanceStatus.Conflict, Now = _time.Now };
            var answer = Change();
            if (answer.Status == AllowanceStatus.Done)
                operations.Remember(key, new AllowanceRecord(call.Fingerprint, answer.Moved) { DropAtTicks = (_time.Now + retention).UtcTicks });
            return answer;
        }
    }

    private AllowanceAnswer Change()
    {
        if (call.Validity?.Contains(_time.Now) == false || !Period.Contains(_time.Now))
            return new() { Status = AllowanceStatus.OtherTime, Now = _time.Now };
        var counter = Enter();
        try
        {
            var moved = call.IsRevocation ? call.Revocable(counter.Reading) : call.Amount;
            if (!call.IsRevocation && moved > AllowanceCall.MaxAllowance - counter.Allowance)
                return new() { Status = AllowanceStatus.TooMuch, Now = _time.Now };
            if (moved > 0)
                counter.Grant(call.IsRevocation ? -moved : moved);
            return new() { Status = AllowanceStatus.Done, Now = _time.Now, Moved = moved, Reading = counter.Reading };
        }
        finally
        {
            store.LimitStates.Leave(counter);
        }
    }

    private AllowanceAnswer Replay(AllowanceRecord record)
    {
        var counter = Enter();
        var reading = counter.Reading;
        store.LimitStates.Leave(counter);
        return new() { Status = AllowanceStatus.Done, Now = _time.Now, IsReplay = true, Moved = record.Moved, Reading = reading };
    }

    private Counter Enter()
    {
        var key = LimitStateKey.Of(call.Rule.Family, call.ScopeId, call.Partition, Period.Start);
        while (true)
        {
            var counter = store.LimitStates.GetCounter(key, call.Rule.KeptUntil(Period), _time.Ticks);
            counter.Enter();
            if (!counter.IsDropped)
            {
                counter.PurgeHolds(_time.Milliseconds);
                return counter;
            }
            counter.Exit();
        }
    }
}
