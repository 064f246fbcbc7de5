using BudgetFirewall.Receipts;

namespace BudgetFirewall;

/// <summary>The options of the delivery to a ledger. Read once, when the firewall is made.</summary>
public sealed class LedgerOptions
{
    /// <summary>
    /// The number of entries that may wait for the database, 1 to 10,000,000. Default 100,000, about 200 MB. <see cref="AtMaxBacklog"/> says what comes then. Charges and commits are recorded above it too.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxBacklog
    {
        get;
        set => field = value is >= 1 and <= 10_000_000 ? value : throw new ArgumentOutOfRangeException(nameof(MaxBacklog), value, "MaxBacklog must be from 1 to 10,000,000.");
    } = 100_000;

    /// <summary>The behaviour of the firewall at <see cref="MaxBacklog"/>. Default: it refuses.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such policy.</exception>
    public LedgerBacklogPolicy AtMaxBacklog
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(AtMaxBacklog), value, "There is no such policy.");
    } = LedgerBacklogPolicy.Refuse;

    /// <summary>The time between two tries while the database is away, 10 ms to 10 minutes. Default 1 second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan RetryAfter
    {
        get;
        set => field = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromMinutes(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RetryAfter), value, "RetryAfter must be from 10 ms to 10 minutes.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>True to record requests that are refused, or that shadow limits would have refused. Default true. They are recorded as well as it goes: nothing waits for them, and those that do not fit are counted.</summary>
    public bool RecordDenials { get; set; } = true;

    /// <summary>
    /// The number of denials that have an entry of their own in a minute of this process, 0 to 100,000. Default 100. Above it one entry counts all those of a minute that one limit has refused for one scope.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int DenialsPerMinute
    {
        get;
        set => field = value is >= 0 and <= 100_000 ? value : throw new ArgumentOutOfRangeException(nameof(DenialsPerMinute), value, "DenialsPerMinute must be from 0 to 100,000.");
    } = 100;

    /// <summary>True to record each check that is allowed and each reservation that is granted too, as well as it goes. Default false: they move no amount that is spent. It costs as much as recording a charge.</summary>
    public bool RecordAllowed { get; set; }

    /// <summary>
    /// A file that keeps the entries until they are in the ledger, so that those of a process that is killed are delivered by the next one; null, the default, for none. One process has it at a time. A call then
    /// waits for a write to the file, though not for the disk: what was written just before the machine lost its power may be missing. It is for the memory store; with Redis the entries are in Redis, and there is no file.
    /// </summary>
    public string? JournalPath { get; set; }

    /// <summary>
    /// True to begin where the last process has stopped: what it has spent in open periods, and the limits, pools, approvals and allowances that it was given at run time, are restored before the first decision. Default
    /// true. One firewall has such a ledger to itself; set it to false where several in memory write to one. A ledger that is no <see cref="IStateLedger"/> restores nothing.
    /// </summary>
    public bool RestoreState { get; set; } = true;

    /// <summary>
    /// True to begin from nothing where the ledger cannot be read at the start, which is logged as critical. Default false: a host does not start, and a firewall without a host decides nothing until the ledger can be read.
    /// </summary>
    public bool StartEmptyIfUnreadable { get; set; }

    /// <summary>
    /// With Redis: the time after which another process takes over entries that one has read and not written, 1 second to 1 hour. Default 30 seconds. A process that takes longer is not harmed: the second
    /// delivery of an entry is passed over.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan TakeOverAfter
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TakeOverAfter), value, "TakeOverAfter must be from 1 second to 1 hour.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time after which the ledger is compared with the store again and again, a minute to a day: <see cref="ILedgerReconciliation"/>. Null, the default, for never, as it reads every counter of the present
    /// periods, and as one process in a fleet is enough. It begins when the host starts.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan? ReconcileEvery
    {
        get;
        set => field = value is null || (value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(1))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ReconcileEvery), value, "ReconcileEvery must be from a minute to a day, or null.");
    }

    /// <summary>
    /// The options of receipts, with which each entry has one: <see cref="ILedgerReceipts"/>. Null, the default, for none: then they cost nothing. Every process that writes to the ledger needs them, or none.
    /// </summary>
    public LedgerReceiptOptions? Receipts { get; set; }

    internal static LedgerOptions From(Action<LedgerOptions>? configure)
    {
        var options = new LedgerOptions();
        configure?.Invoke(options);
        return options;
    }
}
