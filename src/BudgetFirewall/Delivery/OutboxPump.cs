using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Delivers the waiting entries, oldest first and one at a time, as soon as the store answers. A partition that the store does not answer for does not delay
/// the others.
/// </summary>
internal sealed class OutboxPump(OutboxQueue queue, IOutboxJournal journal, OutboxDelivery delivery, SettingsSource settingsSource, ReservationIds ids, EventReporter events, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private const int FailuresBeforeOthers = 8;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _timeProvider = timeProvider;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();

    // Partitions that the store answers for, and those that have to wait for the next round. Where there are none, the one name is "".
    private readonly HashSet<string> _there = [];
    private readonly HashSet<string> _away = [];
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private long _delivered;
    private long _undeliverable;

    public long Delivered => Interlocked.Read(ref _delivered);

    public long Undeliverable => Interlocked.Read(ref _undeliverable);

    /// <summary>Starts the delivery of the waiting entries, unless it is running.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_isRunning || _stop.IsCancellationRequested)
                return;
            _isRunning = true;
            _running = RunApart();
        }
    }

    /// <summary>Stops, and tries once more to deliver the waiting entries, until the store fails or the time is up.</summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        Task running;
        lock (_lock)
        {
            _stop.Cancel();
            running = _running;
        }
        await running.ConfigureAwait(false);
        var start = _timeProvider.GetTimestamp();
        bool IsOver() => _timeProvider.GetElapsedTime(start) >= timeout;
        _there.Clear();
        while (queue.Count > 0 && !IsOver() && (await RoundAsync(IsOver).ConfigureAwait(false)).Left == 0)
        {
        }
    }

    public void Dispose() => _stop.Dispose();

    public void GiveUp(OutboxEntry entry, UndeliverableReason reason, Exception? exception)
    {
        Keep(entry, () => journal.GiveUp(entry, reason));
        if (!queue.Remove(entry))
            return;
        Interlocked.Increment(ref _undeliverable);
        var undeliverable = entry.AsUndeliverable(ids, reason, exception);
        OutboxLog.Undeliverable(logger, entry.OperationId, reason, undeliverable.Cost, exception);
        events.Undeliverable(undeliverable);
    }

    /// <summary>True when repeating the entry might charge twice.</summary>
    public bool IsPastRepeating(OutboxEntry entry) => entry.IsPastRepeating(_timeProvider, settingsSource.Current);

    /// <summary>
    /// Begins a try of an entry, to be ended by <see cref="OutboxAttempts.End"/>; false when the journal could not keep that, and the entry must not be tried.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isFirst">True when certainly no earlier try was recorded.</param>
    public bool TryBegin(OutboxEntry entry, out bool isFirst)
    {
        var isFirstTry = false;
        var isBegun = Keep(entry, () => isFirstTry = entry.Attempts.Begin(_timeProvider, () => journal.Attempt(entry)));
        isFirst = isFirstTry;
        return isBegun;
    }

    // A delivery must not run in the span or ambient context of the request that happens to start it.
    private Task RunApart()
    {
        if (ExecutionContext.IsFlowSuppressed())
            return Task.Run(RunAsync);
        using (ExecutionContext.SuppressFlow())
            return Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        var pause = ShortestPause;
        // Pauses before the first try too, because an entry that has just come in has found the store unavailable.
        var left = 1;
        while (!HasEnded())
        {
            if (left > 0 && !await PauseAsync(pause).ConfigureAwait(false))
                return;
            (var done, left) = await RoundAsync(() => _stop.IsCancellationRequested).ConfigureAwait(false);
            pause = done > 0 ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private bool HasEnded()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return true;
            _isRunning = queue.Count > 0;
            if (!_isRunning)
                _there.Clear();
            return !_isRunning;
        }
    }

    /// <summary>Attempts each waiting entry once, oldest first.</summary>
    private async Task<(int Done, int Left)> RoundAsync(Func<bool> isOver)
    {
        var (done, left) = (0, 0);
        _away.Clear();
        foreach (var entry in queue.ToArray())
        {
            if (isOver())
                break;
            if (!_away.Contains(PartitionOf(entry)) && await TryDeliverAsync(entry).ConfigureAwait(false))
                done++;
            else
                left++;
        }
        return (done, left);
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _timeProvider, _stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>False when the store could not be reached, or did not confirm.</summary>
    private async Task<bool> TryDeliverAsync(OutboxEntry entry)
    {
        if (entry.IsConfirmed)
        {
            Finish(entry);
            return true;
        }
        if (entry.Kind == OutboxEntryKind.Charge && IsPastRepeating(entry))
        {
            GiveUp(entry, UndeliverableReason.OutcomeUnknown, exception: null);
            return true;
        }
        var partition = PartitionOf(entry);
        if (!_there.Contains(partition) && !await delivery.IsStoreThereAsync(entry).ConfigureAwait(false))
        {
            _away.Add(partition);
            return false;
        }
        if (await TryRepeatAsync(entry).ConfigureAwait(false))
        {
            _there.Add(partition);
            return true;
        }
        _there.Remove(partition);
        // An entry that has failed so often is moved to the end, so that the rest of its partition need not wait.
        if (entry.Failures < FailuresBeforeOthers)
            _away.Add(partition);
        return false;
    }

    private async Task<bool> TryRepeatAsync(OutboxEntry entry)
    {
        var mayCharge = !IsPastRepeating(entry);
        if (!TryBegin(entry, out var isFirst))
            return false;
        var mayHaveHappened = true;
        try
        {
            await delivery.DeliverAsync(entry, mayCharge).ConfigureAwait(false);
            Finish(entry);
            Interlocked.Increment(ref _delivered);
            OutboxLog.Delivered(logger, entry.OperationId);
            events.OutboxDelivered();
        }
        catch (ChargeUnconfirmedException e)
        {
            mayHaveHappened = e.MayHaveHappened;
            Failed(entry);
            return false;
        }
        catch (OperationConflictException e)
        {
            GiveUp(entry, UndeliverableReason.Conflict, e);
        }
        catch (ReservationNotFoundException e)
        {
            GiveUp(entry, isFirst ? UndeliverableReason.ReservationGone : UndeliverableReason.OutcomeUnknown, e);
        }
#pragma warning disable CA1031 // Whatever it is, trying again would not help, and nobody else would hear of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUp(entry, UndeliverableReason.Refused, e);
        }
        finally
        {
            entry.Attempts.End(mayHaveHappened);
        }
        return true;
    }

    private void Failed(OutboxEntry entry)
    {
        if (++entry.Failures < FailuresBeforeOthers)
            return;
        if (entry.Failures % FailuresBeforeOthers == 0)
            OutboxLog.Stuck(logger, entry.OperationId, entry.Failures);
        queue.PutBack(entry);
    }

    private void Finish(OutboxEntry entry)
    {
        Keep(entry, () => journal.Remove(entry));
        queue.Remove(entry);
    }

    private bool Keep(OutboxEntry entry, Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            OutboxLog.JournalFailed(logger, entry.OperationId, e);
            return false;
        }
    }

    private static string PartitionOf(OutboxEntry entry) => entry.Partition ?? "";
}
