using BudgetFirewall.Storage;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The ledger of the service's firewall, for one call.</summary>
internal sealed class LedgerAccess
{
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(2);

    private readonly IBudgetFirewall _firewall;
    private readonly ILedgerFeed? _feed;
    private bool _isFlushed;
    private bool _isWhole;

    private LedgerAccess(ILedger ledger, ILedgerFeed? feed, IBudgetFirewall firewall) => (Ledger, _feed, _firewall) = (ledger, feed, firewall);

    public ILedger Ledger { get; }

    /// <summary>True while entries are known to wait.</summary>
    public bool IsBehind => _feed?.Status.Waiting > 0;

    /// <summary>The number of entries that were not written when <see cref="FlushAsync"/> ended, 1 at least; 0 where all were that came before.</summary>
    public long Missed => _feed is null || _isWhole ? 0 : Math.Max(_feed.Status.Waiting, 1);

    /// <summary>The ledger, for reading.</summary>
    /// <exception cref="LedgerMissingException">The firewall has none.</exception>
    public static LedgerAccess ForReading(HttpContext context, BudgetServiceOptions options) => new(
        Find<ILedger>(context, options) ?? throw new LedgerMissingException(),
        Find<ILedgerFeed>(context, options),
        FirewallServiceLookup.Find(context.RequestServices, options.Firewall));

    /// <summary>The ledger that records what the firewall charges.</summary>
    /// <exception cref="LedgerMissingException">The firewall has none, or its charges are not recorded.</exception>
    public static LedgerAccess ForRecording(HttpContext context, BudgetServiceOptions options) =>
        ForReading(context, options) is { _feed: not null } recording ? recording : throw new LedgerMissingException();

    /// <summary>The partition that a call names: there must be one where the firewall has partitions, and none elsewhere.</summary>
    /// <exception cref="FieldException">The partition is missing, is no id, or is none of a firewall with partitions.</exception>
    public string? Checked(HttpContext context, string? partition)
    {
        // Two would be bound as one text, with a comma between.
        if (context.Request.Query["partition"].Count > 1)
            throw new FieldException("partition", $"partition is given {context.Request.Query["partition"].Count} times.");
        var partitionBy = _firewall.PartitionBy;
        if (partitionBy is null)
            return partition is null ? null : throw new FieldException("partition", "There are no partitions, so that none may be named.");
        if (partition is null)
            throw new FieldException("partition", $"Entries are partitioned by '{partitionBy}'; a partition must be named.");
        return BudgetScope.IsValidId(partition) ? partition : throw new FieldException("partition", "partition must have 1 to 256 characters.");
    }

    /// <summary>
    /// Waits, for 2 seconds at most, until what was charged before is in the ledger. A database that is away is not waited for: the reading that follows says so.
    /// </summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_isFlushed || _feed?.Status is not { Failure: null })
            return;
        _isFlushed = true;
        try
        {
            await _feed.FlushAsync(cancellationToken).WaitAsync(LongestFlush, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            _isWhole = true;
        }
        catch (Exception e) when (e is TimeoutException or BudgetStoreException)
        {
            // What is written by now is read, also while the store is away that has the rest.
        }
    }

    /// <summary>The id of the entry of a charge; null where nobody can tell it now. The entry itself may be written later.</summary>
    public async ValueTask<string?> EntryIdOfAsync(BudgetRequest request, ChargeReceipt receipt)
    {
        if (receipt.IsQueued)
            return null;
        if (receipt.ChargedAt is { } time)
        {
            return new LedgerEntry
            {
                Kind = LedgerEntryKind.Charge,
                OperationId = receipt.OperationId,
                OperationScope = request.OperationScope,
                Partition = receipt.Partition,
                Time = time,
            }.Id;
        }
        // A repetition: when it was first done, only the entry knows.
        try
        {
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
            var query = new LedgerQuery { OperationId = receipt.OperationId, Partition = receipt.Partition, Kinds = [LedgerEntryKind.Charge], Limit = LedgerQuery.MaxLimit };
            var page = await Ledger.ReadEntriesAsync(query, CancellationToken.None).ConfigureAwait(false);
            return page.Entries.FirstOrDefault(entry => entry.OperationScope == request.OperationScope && entry.Partition == receipt.Partition)?.Id;
        }
        catch (LedgerException)
        {
            // The charge stands, whether its entry can be read or not.
            return null;
        }
    }

    private static T? Find<T>(HttpContext context, BudgetServiceOptions options) where T : class =>
        FirewallServiceLookup.FindService<T>(context.RequestServices, options.Firewall);
}
