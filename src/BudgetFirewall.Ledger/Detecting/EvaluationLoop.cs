using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Evaluates again and again. After one that has taken long it rests for as long, so that it never takes more than half of a core.</summary>
internal sealed class EvaluationLoop : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task> _evaluate;
    private readonly TimeSpan _every;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;

    public EvaluationLoop(Func<CancellationToken, Task> evaluate, TimeSpan every, TimeProvider timeProvider, ILogger logger)
    {
        (_evaluate, _every, _timeProvider, _logger) = (evaluate, every, timeProvider, logger);
        _loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            var start = _timeProvider.GetTimestamp();
            try
            {
                await _evaluate(_closing.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it was, it is tried again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (!_closing.IsCancellationRequested)
                    AnomalyLog.NotEvaluated(_logger, e);
            }
            var taken = _timeProvider.GetElapsedTime(start);
            await Task.Delay(taken > _every ? taken : _every, _timeProvider, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
