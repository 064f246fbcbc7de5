namespace BudgetFirewall;

/// <summary>The state of the delivery to a ledger. Immutable.</summary>
/// <param name="Waiting">The number of entries that wait for the database.</param>
/// <param name="IsAtMaxBacklog">True when as many wait as may.</param>
/// <param name="Failure">The reason why the last try failed; null when it did not.</param>
public sealed record LedgerFeedStatus(int Waiting, bool IsAtMaxBacklog, string? Failure)
{
    /// <summary>The time since which writing fails, by the process's clock; null while it does not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The number of entries that may wait: <see cref="LedgerOptions.MaxBacklog"/>.</summary>
    public int MaxBacklog { get; init; }

    /// <summary>True while checks, reservations and spends are refused because as many entries wait as may.</summary>
    public bool IsRefusing { get; init; }

    /// <summary>The number of entries that wait and that the journal could not keep, because its disk is full, say: they are lost if the process is killed. Always 0 without a journal.</summary>
    public int Unkept { get; init; }

    /// <summary>The number of entries that were put aside because they cannot be read, in the partitions that this process has to do with. Somebody must look. Always 0 with the memory store.</summary>
    public long SetAside { get; init; }

    /// <summary>The number of denials, and of allowed requests where those are recorded, that no entry stands for, because there were too many. It counts from when the firewall was made.</summary>
    public long LeftOut { get; init; }
}
