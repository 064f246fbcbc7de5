using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Looks once a minute for corrections of this store that were noted longer than that ago and whose entries are not in the ledger, because the process that has noted them has died, say, and makes them.</summary>
internal sealed class PendingCorrections : IAsyncDisposable
{
    private const int MostAtOnce = 100;
    private const int MostPutOff = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PutOffFor = TimeSpan.FromHours(1);

    private readonly Corrector _corrector;
    private readonly StoreIdentity _identity;
    private readonly ICorrectionLedger? _ledger;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer? _timer;
    private readonly Dictionary<(string?, string?, string), DateTimeOffset> _putOff = [];
    private readonly Lock _lock = new();
    private Task _run = Task.CompletedTask;

    public PendingCorrections(Corrector corrector, StoreIdentity identity, LedgerFeeds feeds)
    {
        (_corrector, _identity) = (corrector, identity);
        (_ledger, _timeProvider, _logger) = (feeds.Ledger as ICorrectionLedger, feeds.TimeProvider, feeds.Logger);
        if (_ledger is not null)
            _timer = _timeProvider.CreateTimer(_ => Begin(), state: null, Interval, Interval);
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        Task run;
        lock (_lock)
            run = _run;
        await run.ConfigureAwait(false);
        _closing.Dispose();
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (_run.IsCompleted && !_closing.IsCancellationRequested)
                _run = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await MakeAllAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The firewall is closed.
        }
#pragma warning disable CA1031 // Whatever it was, it is tried again in a minute.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LedgerLog.CorrectionsNotRead(_logger, e);
        }
    }

    /// <summary>True for a correction whose charge is not kept any more: it can hardly ever be made, and is tried once in an hour.</summary>
    private bool IsPutOff(NotedCorrection noted)
    {
        if (!_putOff.TryGetValue(KeyOf(noted), out var until))
            return false;
        if (until > _timeProvider.GetUtcNow())
            return true;
        _putOff.Remove(KeyOf(noted));
        return false;
    }

    private static (string?, string?, string) KeyOf(NotedCorrection noted) => (noted.Partition, noted.OperationScope, noted.CorrectionId);

    private async Task MakeAllAsync()
    {
        var storeId = await _identity.ReadAsync(_ledger!, _closing.Token).ConfigureAwait(false);
        var notedUpTo = _timeProvider.GetUtcNow() - Interval;
        DateTimeOffset? delivered = null;
        string? cursor = null;
        // Some may never be made, as their charges are not kept any more: the others are behind them.
        do
        {
            var page = await _ledger!.ReadPendingCorrectionsAsync(storeId, notedUpTo, MostAtOnce, cursor, _closing.Token).ConfigureAwait(false);
            foreach (var noted in page.Corrections.Where(noted => !IsPutOff(noted)))
                await MakeAsync(noted, storeId, delivered ??= await _corrector.DeliverAsync(noted.CorrectionId, _closing.Token).ConfigureAwait(false)).ConfigureAwait(false);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    private async Task MakeAsync(NotedCorrection noted, string storeId, DateTimeOffset delivered)
    {
        try
        {
            var receipt = await _corrector.MakeAgainAsync(_ledger!, noted, storeId, delivered, _closing.Token).ConfigureAwait(false);
            if (!receipt.IsReplay)
                LedgerLog.CorrectionMade(_logger, noted.CorrectionId);
        }
#pragma warning disable CA1031 // One that cannot be made must not keep others from it.
        catch (Exception e) when (!_closing.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (e is ChargeNotFoundException && _putOff.Count < MostPutOff)
                _putOff[KeyOf(noted)] = _timeProvider.GetUtcNow() + PutOffFor;
            LedgerLog.CorrectionNotMade(_logger, noted.CorrectionId, e);
        }
    }
}
