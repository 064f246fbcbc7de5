namespace BudgetFirewall;

/// <summary>
/// The options of the outbox, which keeps charges and commits that the store does not confirm and delivers them when it is back. They are taken once, when the
/// firewall is made.
/// </summary>
public sealed class OutboxOptions
{
    /// <summary>
    /// True: a charge or commit that the store does not confirm within <see cref="BudgetFirewallOptions.StoreTimeout"/> is kept and delivered later, and its receipt
    /// says <see cref="ChargeReceipt.IsQueued"/>. False, the default: it throws <see cref="ChargeUnconfirmedException"/>.
    /// Ids that the library generates for charges are then remembered like given ones, which takes some 200 bytes of the store each.
    /// </summary>
    public bool IsEnabled { get; set; }

    /// <summary>
    /// The file that keeps the waiting charges and commits over a crash of the process; its folder must exist. One process may use it at a time, and each entry
    /// costs a flush to disk.
    /// Null, the default, keeps them in memory, which is lost with the process.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// The number of charges and commits that may wait, 1 to 1,000,000. Default 10,000. When the outbox is full, <see cref="ChargeUnconfirmedException"/> is
    /// thrown as without an outbox.
    /// </summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>The time for which disposing the firewall may go on delivering, 0 to 1 minute. Default 5 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
