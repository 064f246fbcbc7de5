namespace BudgetFirewall;

/// <summary>The state of the delivery to a ledger. Immutable.</summary>
/// <param name="Waiting">The number of entries that wait for the database.</param>
/// <param name="IsAtMaxBacklog">True when as many wait as may.</param>
/// <param name="Failure">The reason why the last try failed; null when it did not.</param>
public sealed record LedgerFeedStatus(int Waiting, bool IsAtMaxBacklog, string? Failure)
{
    /// <summary>The number of entries that were put aside because they cannot be read, in the partitions that this process has to do with. Somebody must look. Always 0 with the memory store.</summary>
    public long SetAside { get; init; }

    /// <summary>The number of denials, and of allowed requests where those are recorded, that no entry stands for, because there were too many. It counts from when the firewall was made.</summary>
    public long LeftOut { get; init; }
}
