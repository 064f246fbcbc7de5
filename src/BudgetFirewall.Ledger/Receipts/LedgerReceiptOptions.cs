using System.Collections.Frozen;

namespace BudgetFirewall.Receipts;

/// <summary>The options of the receipts of a ledger. Immutable.</summary>
public sealed record LedgerReceiptOptions
{
    /// <summary>
    /// The name of the ledger's log, which its checkpoints begin with: without spaces and plus signs, best an address of yours without its scheme, as <c>example.com/ledger</c>. It need not be reachable. The logs of
    /// partitions have it with the partition's name behind.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty, or has a space or a plus sign.</exception>
    public required string Origin
    {
        get;
        init => field = SignedNote.IsName(value) && LogName.IsOf(value, origin: null, partition: null)
            ? value
            : throw new ArgumentException("The name of a log has no spaces, no plus signs and no partition, and is not empty.", nameof(Origin));
    }

    /// <summary>The signer of the checkpoints.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>The keys that have signed for the log before: <see cref="KeyAnnouncement"/>. Default: none.</summary>
    public IReadOnlyList<ReceiptKey> TrustedKeys { get; init; } = [];

    /// <summary>The kinds of scopes whose ids belong to persons, so that leaves have commitments in their place. Default: <c>user</c>.</summary>
    public IReadOnlySet<string> PersonalKinds { get; init; } = FrozenSet.Create("user");

    /// <summary>The number of entries, 1 or more, after which a firewall makes a checkpoint by itself; each process counts those that it writes. Default 10,000. Null: whatever their number is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long? CheckpointEntries
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(CheckpointEntries), value, "CheckpointEntries must be 1 or more, or null.");
    } = 10_000;

    /// <summary>The time after which a firewall makes a checkpoint by itself where entries were written since the last one, 1 second to 1 day. Default 10 minutes. Null: never because of the time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan? CheckpointEvery
    {
        get;
        init => field = value is null || (value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(CheckpointEvery), value, "CheckpointEvery must be from 1 second to a day, or null.");
    } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Takes each new checkpoint to a place outside of the ledger's database, where whoever can change the database cannot change it: <see cref="CheckpointFolder.PublishAsync"/>, say. Null, the default, for nothing: then
    /// nobody notices when the end of the ledger is cut off.
    /// </summary>
    public Func<LedgerCheckpoint, CancellationToken, ValueTask>? Publish { get; init; }
}
