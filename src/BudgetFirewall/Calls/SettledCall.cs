namespace BudgetFirewall;

/// <summary>The end of a guarded call: its charge or release, and its receipt. Immutable and thread-safe; can be constructed for tests.</summary>
public sealed record SettledCall
{
    /// <summary>The request as it was reserved.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The id of its reservation.</summary>
    public string ReservationId { get; init; } = "";

    /// <summary>
    /// The usage that is charged at its price; null when the hold was released and nothing is charged, or when <see cref="Cost"/> is charged instead.
    /// </summary>
    public BudgetUsage? Usage { get; init; }

    /// <summary>
    /// The cost that is charged, in currency units, when it does not come from a usage: a reported cost, or the reserved one. Otherwise null.
    /// </summary>
    public decimal? Cost { get; init; }

    /// <summary>True when the charge is wholly or partly an estimate, because the provider has not reported all of the call's usage.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>The receipt of what was recorded; null when nothing is charged, or when the store has not confirmed it.</summary>
    public ChargeReceipt? Receipt { get; init; }

    /// <summary>The exception because of which there is no receipt although something was to be charged; otherwise null.</summary>
    public Exception? Exception { get; init; }
}
