using System.Collections.Concurrent;
using System.Security.Cryptography;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Claims subscriptions for which something is due, and delivers to several of them at a time. Whoever has claimed one and dies loses its claim after a while, and another process goes on.</summary>
internal sealed class DeliveryWorker : IAsyncDisposable
{
    private const int ClaimDigits = 16;

    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(25);
    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(5);

    private readonly DeliveryRows _deliveries;
    private readonly SubscriptionDelivery _delivery;
    private readonly LedgerEventOptions _options;
    private readonly Func<CancellationToken, ValueTask> _prepare;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;
    private DateTimeOffset _cleanedAt;
    private bool _isPrepared;

    /// <param name="deliveries">The deliveries.</param>
    /// <param name="delivery">Delivers to one subscription.</param>
    /// <param name="prepare">Does what has to be done in the database before the first delivery; it is repeated until it succeeds.</param>
    /// <param name="options">The options.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    public DeliveryWorker(
        DeliveryRows deliveries, SubscriptionDelivery delivery, Func<CancellationToken, ValueTask> prepare, LedgerEventOptions options, TimeProvider timeProvider, ILogger logger)
    {
        (_deliveries, _delivery, _prepare, _options, _timeProvider, _logger) = (deliveries, delivery, prepare, options, timeProvider, logger);
        _loop = options.Delivers ? Task.Run(RunAsync) : Task.CompletedTask;
    }

    /// <summary>Looks for what is due now.</summary>
    public void Wake()
    {
        try
        {
            _wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has not heard the last call yet, and will look.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(_running.Values), Task.Delay(LongestClosing, TimeProvider.System)).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                if (!_isPrepared)
                    await _prepare(_closing.Token).ConfigureAwait(false);
                _isPrepared = true;
                await ClaimAsync().ConfigureAwait(false);
                await CleanAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it was, it is tried again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (!_closing.IsCancellationRequested)
                    DeliveryLog.WorkFailed(_logger, e);
            }
            await WaitAsync().ConfigureAwait(false);
        }
    }

    private async Task WaitAsync()
    {
        using var poll = new CancellationTokenSource(_options.PollEvery, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, _closing.Token);
        try
        {
            await _wanted.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The time is up, or the worker is closed.
        }
    }

    private async Task ClaimAsync()
    {
        var free = _options.DeliveriesAtOnce - _running.Count;
        if (free <= 0)
            return;
        var now = _timeProvider.GetUtcNow();
        var until = now + _delivery.ClaimTime;
        // Each claim has a name of its own: an earlier one of this process is as lost as that of another.
        var claim = RandomNumberGenerator.GetHexString(ClaimDigits, lowercase: true);
        foreach (var id in await _deliveries.ClaimAsync(claim, now, until, free, _closing.Token).ConfigureAwait(false))
        {
            var former = _running.GetValueOrDefault(id, Task.CompletedTask);
            var run = Task.Run(() => DeliverAsync(id, claim, until, former));
            _running[id] = run;
            _ = ForgetAsync(id, run);
        }
    }

    /// <summary>Delivers what is due, after the delivery that this process has under way for the same subscription: one whose claim ran out, because the process was suspended.</summary>
    private async Task DeliverAsync(string id, string claim, DateTimeOffset until, Task former)
    {
        await former.ConfigureAwait(false);
        try
        {
            await _delivery.RunAsync(id, claim, until, _closing.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The claim ends by itself, and it is tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_closing.IsCancellationRequested)
                DeliveryLog.WorkFailed(_logger, e);
        }
    }

    private async Task ForgetAsync(string id, Task run)
    {
        await run.ConfigureAwait(false);
        _running.TryRemove(new(id, run));
        Wake();
    }

    private async Task CleanAsync()
    {
        var now = _timeProvider.GetUtcNow();
        if (now - _cleanedAt < CleanEvery)
            return;
        await _deliveries.CleanAsync(now, now - GiveUpAfter, now - _options.KeepFor, _closing.Token).ConfigureAwait(false);
        _cleanedAt = now;
    }
}
