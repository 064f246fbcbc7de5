namespace BudgetFirewall.Storage;

/// <summary>
/// Computes the width of the slots that a store counts holds in. Holds that end within one slot are given back together, at the slot's end. Widths are powers
/// of two of milliseconds and at most an eighth of the time that is held for: the lease, and the wait for the turn before it. So a counter has few slots however
/// many holds there are, and a hold ends no later than that time × 1.125.
/// </summary>
public static class HoldSlotWidth
{
    private const int PartsOfLease = 8;

    /// <summary>The width for a lease and the wait before it, in ms: the largest power of two that is at most an eighth of both, and at least 1.</summary>
    /// <param name="lease">The lease, and the wait for the turn before it; less than 8 ms counts as 8 ms.</param>
    public static long Milliseconds(TimeSpan lease)
    {
        var leaseMs = Math.Max((long)lease.TotalMilliseconds, PartsOfLease);
        return 1L << (63 - (int)long.LeadingZeroCount(leaseMs / PartsOfLease));
    }
}
