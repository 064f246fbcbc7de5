using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Waits until what was appended before is delivered, by whatever process. Thread-safe.</summary>
internal sealed class StreamFlushes(IStreamedEntries stream, LedgerOptions options, TimeProvider timeProvider, Action wake)
{
    // Another process has to write what it has read.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private TaskCompletionSource? _wanted;
    private bool _isEnded;

    /// <summary>True when a round through all partitions is waited for.</summary>
    public bool AreAny
    {
        get
        {
            lock (_lock)
                return _wanted is not null;
        }
    }

    /// <summary>Begins a round: whoever asks for one from now on waits for the next.</summary>
    public TaskCompletionSource? BeginRound()
    {
        lock (_lock)
        {
            var round = _wanted;
            _wanted = null;
            return round;
        }
    }

    public static void EndRound(TaskCompletionSource? round) => round?.TrySetResult();

    /// <summary>Ends all waiting: there are no more rounds.</summary>
    public void End()
    {
        lock (_lock)
            _isEnded = true;
        EndRound(BeginRound());
    }

    /// <exception cref="ObjectDisposedException">The feed was closed meanwhile.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string>? marks = null;
        while (marks is not { Count: 0 })
        {
            try
            {
                marks = marks is null ? await MarksAsync().ConfigureAwait(false) : await LeftAsync(marks).ConfigureAwait(false);
                if (marks.Count == 0)
                    return;
                await RoundAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
                marks = await LeftAsync(marks).ConfigureAwait(false);
                if (marks.Count > 0)
                    await Task.Delay(BetweenLooks, timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (BudgetStoreException)
            {
                await Task.Delay(options.RetryAfter, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task RoundAsync()
    {
        Task round;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isEnded, this);
            _wanted ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            round = _wanted.Task;
        }
        wake();
        return round;
    }

    /// <summary>The last entry of each partition that has any.</summary>
    private async Task<Dictionary<string, string>> MarksAsync()
    {
        var marks = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var partition in stream.ReadPartitionsAsync().ConfigureAwait(false))
        {
            if ((await stream.CountAsync(partition).ConfigureAwait(false)).LastId is { } last)
                marks[partition ?? ""] = last;
        }
        return marks;
    }

    private async Task<Dictionary<string, string>> LeftAsync(Dictionary<string, string> marks)
    {
        var left = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (partition, last) in marks)
        {
            if (!(await stream.CountAsync(partition.Length == 0 ? null : partition).ConfigureAwait(false)).IsBehind(last))
                left[partition] = last;
        }
        return left;
    }
}
