using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The id of the store that a firewall counts in. A correction is noted with it, so that firewalls of other stores on the same ledger leave it alone while the store is in use. Thread-safe.</summary>
internal sealed class StoreIdentity
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMinutes(10);

    private readonly IStreamedEntries? _stream;
    private readonly string _location;
    private readonly BudgetStoreContext _context;
    private volatile string? _last;
    private volatile Tuple<string, DateTimeOffset>? _reported;

    private StoreIdentity(IStreamedEntries? stream, string? id, string location, BudgetStoreContext context) => (_stream, _last, _location, _context) = (stream, id, location, context);

    /// <summary>Makes the identity of a store that processes share and that keeps its id with its data. Another store of the same prefix is taken for one in its place.</summary>
    public static StoreIdentity Of(IStreamedEntries stream, BudgetStoreContext context) => new(stream, id: null, $"prefix {context.KeyPrefix}", context);

    /// <summary>Makes the identity of a store in memory: the same for every process that restores it from the ledger, else one of its own.</summary>
    public static StoreIdentity OfMemory(bool isRestored, BudgetStoreContext context) =>
        new(stream: null, isRestored ? StoreIds.RestoredMemory : $"{StoreIds.ProcessPrefix}{Guid.NewGuid():N}", "memory", context);

    /// <summary>
    /// Reads the id, and reports to the ledger that the store is in use, at most every ten minutes. The id is asked for each time, as a store may have lost its data; where the store cannot answer it is the last one.
    /// </summary>
    /// <exception cref="BudgetStoreException">The store cannot answer, and never has.</exception>
    /// <exception cref="TimeoutException">It has not answered in time, and never has.</exception>
    /// <exception cref="LedgerException">The ledger cannot be written to.</exception>
    public async ValueTask<string> ReadAsync(ICorrectionLedger ledger, CancellationToken cancellationToken)
    {
        var id = await ReadIdAsync(cancellationToken).ConfigureAwait(false);
        var now = _context.TimeProvider.GetUtcNow();
        // A clock may be set back.
        if (_reported is not var (reported, at) || reported != id || (now - at).Duration() >= BetweenReports)
        {
            await ledger.ReportStoreAsync(id, _location, now, cancellationToken).ConfigureAwait(false);
            _reported = new(id, now);
        }
        return id;
    }

    private async ValueTask<string> ReadIdAsync(CancellationToken cancellationToken)
    {
        if (_stream is null)
            return _last!;
        try
        {
            return _last = await _stream.ReadStoreIdAsync().AsTask().WaitAsync(_context.StoreTimeout, _context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BudgetStoreException or TimeoutException && _last is not null)
        {
            return _last;
        }
    }
}
