namespace BudgetFirewall;

/// <summary>The event that tells of an allocation.</summary>
internal static class AllocationEvent
{
    /// <summary>The event.</summary>
    /// <param name="before">What stood before; null for nothing.</param>
    /// <param name="after">What stands now; null for nothing.</param>
    /// <param name="entries">The entries, at least one.</param>
    /// <param name="time">The time at which it is done.</param>
    public static BudgetEvent Of(MadeAllocation? before, MadeAllocation? after, IReadOnlyList<LedgerEntry> entries, DateTimeOffset time)
    {
        var allocation = (after ?? before)!.Allocation;
        // The last of the entries is one of what is made, or else of what is taken back: no two changes have it.
        var entry = entries[^1];
        return new(BudgetEventTypes.CostAllocated, time, allocation.Id)
        {
            Id = "evt_" + entry.Id,
            Partition = allocation.Partition,
            Data = new()
            {
                AllocationId = allocation.Id,
                Name = allocation.Source,
                Partition = allocation.Partition,
                ValueBefore = before?.Allocation.Amount,
                ValueAfter = after?.Allocation.Amount,
                Currency = allocation.Currency,
                By = entry.Actor,
                Reason = entry.Reason,
            },
        };
    }
}
