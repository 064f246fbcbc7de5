using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The ways of a firewall's entries to its ledger: that of changes of amounts, which depends on the firewall's store and begins with it, and that of decisions. Thread-safe.</summary>
internal sealed class LedgerFeeds : ILedgerFeed, IAsyncDisposable, IDisposable
{
    private readonly bool _isLedgerOwned;
    private readonly CheckpointRuns? _checkpoints;
    private volatile IChangeFeed? _changes;
    private volatile Restoration? _restoration;
    private volatile BacklogWatch? _watch;

    public LedgerFeeds(ILedger ledger, bool isLedgerOwned, LedgerOptions options, TimeProvider timeProvider, ILoggerFactory loggers, IServiceProvider? services)
    {
        (Ledger, _isLedgerOwned, Options, TimeProvider, Logger) = (ledger, isLedgerOwned, options, timeProvider, loggers.CreateLogger("BudgetFirewall.Ledger"));
        Metrics = new(services, () => Status.Waiting);
        Decisions = new(ledger, options, timeProvider, Logger, Metrics);
        if (options.Receipts is { } receipts)
            _checkpoints = new(LedgerReceipts.Of(ledger, receipts), receipts, timeProvider, Logger);
    }

    public ILedger Ledger { get; }

    public LedgerOptions Options { get; }

    public TimeProvider TimeProvider { get; }

    public ILogger Logger { get; }

    public LedgerMetrics Metrics { get; }

    public DecisionFeed Decisions { get; }

    public LedgerFeedStatus Status => (_changes?.Status ?? new(0, IsAtMaxBacklog: false, Failure: null) { MaxBacklog = Options.MaxBacklog }) with { LeftOut = Decisions.LeftOut };

    /// <summary>The store whose changes are recorded; null before the firewall is made.</summary>
    public IBudgetStore? Store { get; set; }

    /// <summary>Takes the way that the store's entries go.</summary>
    public T Begin<T>(T changes) where T : IChangeFeed
    {
        _changes = changes;
        return changes;
    }

    /// <summary>Takes what the feeds must not be closed before.</summary>
    public Restoration Begin(Restoration restoration) => _restoration = restoration;

    /// <summary>Takes what tells that entries wait for too long.</summary>
    public void Begin(BacklogWatch watch) => _watch = watch;

    /// <summary>Waits until the store has what the last process has left, where it takes that over.</summary>
    /// <exception cref="Storage.BudgetStoreException">The ledger cannot be read.</exception>
    public Task RestoreAsync() => _restoration?.WaitAsync() ?? Task.CompletedTask;

    /// <summary>The number of entries that wait, those of decisions too.</summary>
    public async ValueTask<long> CountWaitingAsync() => (_changes is { } changes ? await changes.CountWaitingAsync().ConfigureAwait(false) : 0) + Decisions.CountWaiting();

    /// <summary>Takes what is delivered out of the journal, where there is one; false where that fails.</summary>
    public bool TryForgetDelivered() => _changes?.TryForgetDelivered() ?? true;

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_changes is { } changes)
            await changes.FlushAsync(cancellationToken).ConfigureAwait(false);
        await Decisions.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is { } watch)
            await watch.DisposeAsync().ConfigureAwait(false);
        if (_restoration is { } restoration)
            await restoration.EndAsync().ConfigureAwait(false);
        await Decisions.DisposeAsync().ConfigureAwait(false);
        if (_changes is { } changes)
            await changes.DisposeAsync().ConfigureAwait(false);
        if (_checkpoints is { } checkpoints)
            await checkpoints.DisposeAsync().ConfigureAwait(false);
        Metrics.Dispose();
        if (_isLedgerOwned)
            await Ledger.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The same, for containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();
}
