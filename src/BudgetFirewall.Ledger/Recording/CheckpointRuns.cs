using BudgetFirewall.Receipts;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Makes checkpoints of a ledger's logs by itself: after so many entries, after so long, and when the firewall is closed. Thread-safe.</summary>
internal sealed class CheckpointRuns : IAsyncDisposable
{
    private static readonly TimeSpan LongestLastRun = TimeSpan.FromSeconds(5);

    private readonly LedgerReceipts _receipts;
    private readonly long? _entries;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer? _timer;
    private readonly Lock _lock = new();
    private long _written;
    private Task _run = Task.CompletedTask;
    private bool _isRunning;
    private bool _isWantedAgain;
    private bool _isClosed;

    public CheckpointRuns(LedgerReceipts receipts, LedgerReceiptOptions options, TimeProvider timeProvider, ILogger logger)
    {
        (_receipts, _entries, _logger) = (receipts, options.CheckpointEntries, logger);
        receipts.TellOfLeaves(Count);
        if (options.CheckpointEvery is { } interval)
            _timer = timeProvider.CreateTimer(_ => Begin(), state: null, interval, interval);
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        Task run;
        lock (_lock)
        {
            // A container disposes of the feeds once for each of their names.
            if (_isClosed)
                return;
            _isClosed = true;
            run = _run;
        }
        _closing.CancelAfter(LongestLastRun);
        await run.ConfigureAwait(false);
        await TryAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private void Count(int written)
    {
        if (_entries is not { } entries || Interlocked.Add(ref _written, written) < entries)
            return;
        Interlocked.Exchange(ref _written, 0);
        Begin();
    }

    private void Begin()
    {
        lock (_lock)
        {
            _isWantedAgain = _isRunning;
            if (_isRunning || _isClosed)
                return;
            _isRunning = true;
            _run = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        for (var isWanted = true; isWanted;)
        {
            await TryAsync().ConfigureAwait(false);
            lock (_lock)
            {
                isWanted = _isRunning = _isWantedAgain && !_isClosed;
                _isWantedAgain = false;
            }
        }
    }

    private async Task TryAsync()
    {
        try
        {
            // A signer or a place that hangs is left alone at the end.
            var closing = _closing.Token;
            await Task.Run(() => _receipts.CheckpointAllAsync(closing).AsTask(), closing).WaitAsync(closing).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Signers and places of publication fail in their own ways; the next run makes it good.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LedgerLog.NoCheckpoint(_logger, e);
        }
    }
}
