namespace BudgetFirewall.Storage;

/// <summary>Tells a limit that follows from use, and keeps it where it is worked out for the first time.</summary>
internal readonly ref struct FreezeTransaction(MemoryBudgetStore store, in StoreTime time, string? partition, CounterRule rule, string scopeId)
{
    private readonly StoreTime _time = time;

    public FrozenLimit Run()
    {
        var period = _time.PeriodOf(rule.Family.Calendar);
        var key = LimitStateKey.OfLimit(rule, scopeId, partition, period.Start);
        return new(_time.Now, period, store.LimitStates.FindLimit(key)?.Limit ?? Freeze(key, period));
    }

    private long Freeze(in LimitStateKey key, PeriodWindow period)
    {
        var past = rule.PeriodsBefore(period);
        var spent = new long[past.Count];
        var isAnyThere = false;
        for (var i = 0; i < spent.Length; i++)
        {
            if (store.LimitStates.FindCounter(LimitStateKey.Of(rule.Family, scopeId, partition, past[i].Start)) is not { } counter)
                continue;
            counter.Enter();
            (spent[i], isAnyThere) = (counter.Spent, true);
            store.LimitStates.Leave(counter);
        }
        var limit = rule.LimitAfter(spent);
        // Nothing can be charged to a past period that has no counter: so much as a hold would be one.
        return isAnyThere ? store.LimitStates.GetLimit(key, limit, period.End).Limit : limit;
    }
}
