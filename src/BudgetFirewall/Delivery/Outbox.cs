using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Keeps the charges and commits that the store has not confirmed, and delivers each exactly once when the store is back.</summary>
internal sealed class Outbox : IAsyncDisposable
{
    private readonly OutboxSettings _settings;
    private readonly SettingsSource _settingsSource;
    private readonly ReservationIds _ids;
    private readonly EventReporter _events;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly OutboxQueue _queue;
    private readonly IOutboxJournal _journal;
    private readonly OutboxPump _pump;

    /// <exception cref="InvalidOperationException">The journal cannot be opened.</exception>
    public Outbox(SettingsSource settingsSource, ReservationIds ids, EventReporter events, TimeProvider timeProvider, ILogger logger, OutboxDelivery delivery)
    {
        var settings = settingsSource.Current;
        (_settingsSource, _ids, _events, _timeProvider, _logger) = (settingsSource, ids, events, timeProvider, logger);
        _settings = settings.Outbox;
        _queue = new(_settings.Capacity);
        _journal = _settings.Path is { } path ? new FileJournal(path, settings.KeyPrefix, timeProvider, logger) : new MemoryJournal();
        _pump = new(_queue, _journal, delivery, settingsSource, ids, events, timeProvider, logger);
        if (_journal.Left is not { Count: > 0 } left)
            return;
        OutboxLog.TakenUp(logger, left.Count);
        foreach (var entry in left)
            entry.Attempts.TakeUp(timeProvider);
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
            OldestAge = _timeProvider.GetUtcNow() - oldest,
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
        var begin = _timeProvider.GetTimestamp();
        try
        {
            return await confirm().ConfigureAwait(false);
        }
        catch (ChargeUnconfirmedException e)
        {
            if (e.MayHaveHappened)
                entry.Attempts.Recall(_timeProvider.GetElapsedTime(begin), _timeProvider);
            return TryKeep(entry, price) ?? throw Refused(e);
        }
    }

    /// <summary>A cost in nanos; null for none.</summary>
    /// <exception cref="ArgumentException">The cost is outside its range.</exception>
    public long? PriceOf(decimal? cost) => cost is { } given ? _settingsSource.Current.Prices.CheckedNanos(given, nameof(cost)) : null;

    /// <summary>The price of a usage in nanos at the present prices; null when it is unknown.</summary>
    /// <exception cref="UnknownPriceException">It is unknown, and a budget that is held enforces money.</exception>
    public long? PriceOf(BudgetRequest request, BudgetUsage usage, string operationId, bool enforcesMoney)
    {
        var prices = _settingsSource.Current.Prices;
        var quote = prices.QuoteUsage(request, usage, _timeProvider);
        if (quote.IsUnknown && enforcesMoney)
            throw prices.WhyUnknown(request, usage, operationId, SettlementAmounts.Need, nameof(usage), _timeProvider);
        return quote.IsUnknown ? null : quote.Nanos;
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
            return waiting.Receipt(_ids, isReplay: true);
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
            return waiting.Receipt(_ids, isReplay: true);
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
        entry.QueuedAt = _timeProvider.GetUtcNow();
        entry.Retention = _settingsSource.Current.OperationIdRetention;
        if (!_queue.TryTakePlace(entry))
        {
            OutboxLog.Refused(_logger, entry.OperationId, "it is full", exception: null);
            return null;
        }
        try
        {
            if (!_queue.TryAdd(entry, _journal.Append, out var waiting))
            {
                OutboxLog.Refused(_logger, entry.OperationId, "the firewall is disposed", exception: null);
                return null;
            }
            if (waiting is not null)
                return waiting.IsSame(entry) ? Merge(entry, waiting) : throw Conflict(entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            OutboxLog.Refused(_logger, entry.OperationId, "its journal cannot be written to", e);
            return null;
        }
        OutboxLog.Queued(_logger, entry.OperationId);
        _events.OutboxQueued();
        _pump.Start();
        return entry.Receipt(_ids, isReplay: false);
    }

    // Two callers have tried the same operation at once, and the entry of the other one waits.
    private ChargeReceipt Merge(OutboxEntry entry, OutboxEntry waiting)
    {
        if (entry.Attempts.Age(_timeProvider) is { } age && waiting.Attempts.Recall(age, _timeProvider))
            _journal.Attempt(waiting);
        return waiting.Receipt(_ids, isReplay: true);
    }

    private ChargeUnconfirmedException Refused(ChargeUnconfirmedException cause)
    {
        _events.OutboxRefused();
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
