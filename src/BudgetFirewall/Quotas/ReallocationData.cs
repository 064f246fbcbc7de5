namespace BudgetFirewall;

/// <summary>A division on its way by which members in need borrow: what a ledger is told of it when it is done.</summary>
internal sealed record ReallocationData
{
    /// <summary>The store's time at which it was begun, in ticks of UTC.</summary>
    public long At { get; set; }

    /// <summary>What each member had spent then, in nanos or micros.</summary>
    public long[] Used { get; set; } = [];

    /// <summary>The person or program that asked for it; null where nobody was named.</summary>
    public string? By { get; set; }
}
