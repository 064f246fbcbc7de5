using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Puts what the last process has left in the ledger and its journal into a store in memory, before the store decides anything. It begins at once; where it fails, a later call tries again. Thread-safe.
/// </summary>
internal sealed class Restoration
{
    private static readonly TimeSpan LongestEnding = TimeSpan.FromSeconds(5);

    private readonly IRestorableStore _store;
    private readonly IStateLedger _ledger;
    private readonly LedgerFeed _feed;
    private readonly StateRecorder _state;
    private readonly LedgerOptions _options;
    private readonly BudgetStoreContext _context;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Task _attempt;
    private long _failedAt;
    private bool _hasBegun;
    private bool _isDone;

    public Restoration(IRestorableStore store, IStateLedger ledger, LedgerFeed feed, StateRecorder state, LedgerOptions options, BudgetStoreContext context, ILogger logger)
    {
        (_store, _ledger, _feed, _state, _options, _context, _logger) = (store, ledger, feed, state, options, context, logger);
        _attempt = Task.Run(RunAsync);
    }

    /// <summary>True once it is done, and nothing is to be waited for.</summary>
    public bool IsDone => Volatile.Read(ref _isDone);

    /// <summary>Waits until it is done.</summary>
    /// <exception cref="BudgetStoreException">The ledger cannot be read.</exception>
    public Task WaitAsync()
    {
        lock (_lock)
        {
            // What was taken over in part must not be taken over twice.
            if (_attempt.IsFaulted && !_hasBegun && _context.TimeProvider.GetElapsedTime(_failedAt) >= _options.RetryAfter)
                _attempt = Task.Run(RunAsync);
            return _attempt;
        }
    }

    /// <summary>Waits a moment until it uses the ledger no more, whatever has come of it.</summary>
    public async ValueTask EndAsync()
    {
        Task attempt;
        lock (_lock)
            attempt = _attempt;
        await attempt.WaitAsync(LongestEnding, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        try
        {
            FeedItem[] left = [.. _feed.Left];
            await _ledger.AppendAsync([.. left.Select(item => item.Entry).OfType<LedgerEntry>()], [.. left.SelectMany(item => item.Changes)]).ConfigureAwait(false);
            var state = await _ledger.ReadStateAsync(_context.TimeProvider.GetUtcNow(), _context.OperationIdRetention).ConfigureAwait(false);
            var image = StateRecorder.ImageOf(state);
            _hasBegun = true;
            _store.Restore(image);
            _state.ContinueAfter(state.LastVersion);
            LedgerLog.Restored(_logger, state.Counters.Length, state.Changes.Length, state.Operations.Length);
        }
#pragma warning disable CA1031 // Whatever is wrong, nothing may be decided as if nothing had been spent.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_options.StartEmptyIfUnreadable)
                throw NotRestored(e);
            LedgerLog.StartsEmpty(_logger, e);
        }
        Volatile.Write(ref _isDone, true);
    }

    private BudgetStoreException NotRestored(Exception cause)
    {
        _failedAt = _context.TimeProvider.GetTimestamp();
        LedgerLog.NotRestored(_logger, cause);
        return new(
            $"What was spent before this process began is in the ledger, and it could not be read: {cause.Message} Until it can, nothing is decided. To begin from nothing, set StartEmptyIfUnreadable.", cause)
        {
            MayHaveHappened = false,
            IsNeverAllowed = true,
        };
    }
}
