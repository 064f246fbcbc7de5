namespace BudgetFirewall;

/// <summary>Keeps the charges and commits that the store has not confirmed, and delivers each exactly once when the store is back.</summary>
internal sealed class Outbox : IAsyncDisposable
{
    private readonly OutboxSettings _settings;
    private readonly FirewallParts _parts;
    private readonly OutboxQueue _queue;
    private readonly IOutboxJournal _journal;
    private readonly OutboxPump _pump;

    /// <exception cref="InvalidOperationException">The journal cannot be opened.</exception>
    public Outbox(FirewallParts parts, Charger charger, ReservationSettler settler)
    {
        var settings = parts.Settings.Current;
        _parts = parts;
        _settings = settings.Outbox;
        _queue = new(_settings.Capacity);
        _journal = _settings.Path is { } path ? new FileJournal(path, settings.KeyPrefix, parts.TimeProvider, parts.Logger) : new MemoryJournal();
        _pump = new(_queue, _journal, new OutboxDelivery(parts, charger, settler), parts);
        if (_journal.Left is not { Count: > 0 } left)
            return;
        OutboxLog.TakenUp(parts.Logger, left.Count);
        foreach (var entry in left)
            entry.Attempts.TakeUp(parts.TimeProvider);
        _queue.TakeUp(left);
        _pump.Start();
    }

    public OutboxStatus Status()
    {
        var waiting = _queue.ToArray();
        DateTimeOffset? oldest = waiting.Length == 0 ? null : waiting.Min(entry => entry.QueuedAt);
        return new()
        {
            IsEnabled = true,
            Count = waiting.Length,
            Capacity = _settings.Capacity,
            Amount = waiting.Sum(entry => entry.CostNanos is { } nanos ? Money.FromNanos(nanos) : 0),
            OldestAt = oldest,
            OldestAge = _parts.TimeProvider.GetUtcNow() - oldest,
            Delivered = _pump.Delivered,
            Undeliverable = _pump.Undeliverable,
        };
    }

    /// <summary>Charges or commits, and keeps the entry when the store does not confirm it.</summary>
    /// <param name="entry">The entry to keep when the store does not confirm.</param>
    /// <param name="confirm">The charge or commit itself.</param>
    /// <param name="price">Computes the cost in nanos by the present prices; null where only the store knows it.</param>
    /// <exception cref="OperationConflictException">Something else waits under the id, or the store remembers something else.</exception>
    /// <exception cref="ChargeUnconfirmedException">It was not confirmed, and the outbox is full, closed, or could not keep it.</exception>
    public async ValueTask<ChargeReceipt> ConfirmAsync(OutboxEntry entry, Func<ValueTask<ChargeReceipt>> confirm, Func<long?> price)
    {
        var waiting = _queue.Find(entry.Key);
        if (waiting is not null && !waiting.IsSame(entry))
            throw Conflict(entry);
        if (waiting is not null)
            return await RepeatAsync(waiting, confirm).ConfigureAwait(false);
        var begin = _parts.TimeProvider.GetTimestamp();
        try
        {
            return await confirm().ConfigureAwait(false);
        }
        catch (ChargeUnconfirmedException e)
        {
            if (e.MayHaveHappened)
                entry.Attempts.Recall(_parts.TimeProvider.GetElapsedTime(begin), _parts.TimeProvider);
            return TryKeep(entry, price) ?? throw Refused(e);
        }
    }

    /// <summary>True when a commit of the reservation waits in the outbox.</summary>
    public bool IsWaiting(in OutboxKey key) => _queue.Find(key) is not null;

    /// <summary>Throws when a settlement would contradict a commit that waits.</summary>
    /// <exception cref="OperationConflictException">A commit of the reservation waits.</exception>
    public void ThrowIfWaiting(in OutboxKey key)
    {
        if (_queue.Find(key) is { } waiting)
            throw Conflict(waiting);
    }

    /// <summary>Goes on delivering for a limited time. Entries left in a file stay there; entries left in memory are reported as given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pump.DrainAsync(_settings.DrainTimeout).ConfigureAwait(false);
        var left = _queue.Close();
        if (!_journal.IsDurable)
        {
            foreach (var entry in left)
                _pump.GiveUp(entry, UndeliverableReason.Abandoned, exception: null);
        }
        _pump.Dispose();
        _journal.Dispose();
    }

    /// <summary>Handles a caller's own repetition of a waiting entry: a try like those of the pump.</summary>
    private async ValueTask<ChargeReceipt> RepeatAsync(OutboxEntry waiting, Func<ValueTask<ChargeReceipt>> confirm)
    {
        if (_pump.IsPastRepeating(waiting) || !_pump.TryBegin(waiting, out _))
            return waiting.Receipt(_parts.Ids, isReplay: true);
        var mayHaveHappened = true;
        try
        {
            var receipt = await confirm().ConfigureAwait(false);
            waiting.IsConfirmed = true;
            return receipt;
        }
        catch (ChargeUnconfirmedException e)
        {
            mayHaveHappened = e.MayHaveHappened;
            return waiting.Receipt(_parts.Ids, isReplay: true);
        }
        finally
        {
            waiting.Attempts.End(mayHaveHappened);
        }
    }

    /// <summary>The receipt of an entry that was kept now or before; null when it could not be kept.</summary>
    private ChargeReceipt? TryKeep(OutboxEntry entry, Func<long?> price)
    {
        entry.CostNanos = price();
        entry.QueuedAt = _parts.TimeProvider.GetUtcNow();
        entry.Retention = _parts.Settings.Current.OperationIdRetention;
        if (!_queue.TryTakePlace(entry))
        {
            OutboxLog.Refused(_parts.Logger, entry.OperationId, "it is full", exception: null);
            return null;
        }
        try
        {
            if (!_queue.TryAdd(entry, _journal.Append, out var waiting))
            {
                OutboxLog.Refused(_parts.Logger, entry.OperationId, "the firewall is disposed", exception: null);
                return null;
            }
            if (waiting is not null)
                return waiting.IsSame(entry) ? Merge(entry, waiting) : throw Conflict(entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            OutboxLog.Refused(_parts.Logger, entry.OperationId, "its journal cannot be written to", e);
            return null;
        }
        OutboxLog.Queued(_parts.Logger, entry.OperationId);
        _parts.Events.OutboxQueued();
        _pump.Start();
        return entry.Receipt(_parts.Ids, isReplay: false);
    }

    // Two callers have tried the same operation at once, and the entry of the other one waits.
    private ChargeReceipt Merge(OutboxEntry entry, OutboxEntry waiting)
    {
        if (entry.Attempts.Age(_parts.TimeProvider) is { } age && waiting.Attempts.Recall(age, _parts.TimeProvider))
            _journal.Attempt(waiting);
        return waiting.Receipt(_parts.Ids, isReplay: true);
    }

    private ChargeUnconfirmedException Refused(ChargeUnconfirmedException cause)
    {
        _parts.Events.OutboxRefused();
        return new($"{cause.Message} The outbox could not keep it.", cause)
        {
            OperationId = cause.OperationId,
            ReservationId = cause.ReservationId,
            MayHaveHappened = cause.MayHaveHappened,
        };
    }

    private static OperationConflictException Conflict(OutboxEntry entry) =>
        new($"The operation '{entry.OperationId}' waits in the outbox with other content; nothing was changed.") { OperationId = entry.OperationId };
}
