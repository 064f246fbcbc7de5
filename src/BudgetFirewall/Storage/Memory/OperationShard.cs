using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>
/// A part of the remembered operations. All of it is used under its lock, which a transaction on an operation holds from reading the record to changing it.
/// </summary>
internal sealed class OperationShard(MemoryBudgetStore store, OpenReservationLimit limit)
{
    /// <summary>The number of settled reservations with generated ids that a shard remembers at most: the newest, for 60 seconds.</summary>
    private const int MaxSettled = 8;

    private readonly Dictionary<OperationKey, RememberedOperation> _records = [];
    private readonly Queue<SettledReservation> _settled = [];
    private int _open;
    private int _unreported;

    public MemoryBudgetStore Store { get; } = store;

    public Lock Lock { get; } = new();

    public int Count => _records.Count;

    /// <summary>The reservations that are neither settled nor forgotten. Read without the lock, it may be out of date.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Makes room for one more open reservation; false when the maximum is reached.</summary>
    public bool TryOpen() => limit.TryOpen(this);

    /// <summary>Counts a reservation that is made.</summary>
    public void Opened() => CountOpen(1);

    /// <summary>Counts a reservation that is settled, or was not made after all.</summary>
    public void Closed() => CountOpen(-1);

    public RememberedOperation? Find(in OperationKey key, long nowTicks) =>
        _records.TryGetValue(key, out var record) && record.DropAtTicks > nowTicks ? record : null;

    public void Remember(in OperationKey key, RememberedOperation record)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_records, key, out _);
        // A record past its time may not have been swept yet.
        if (place is { } over)
            Forget(over);
        place = record;
    }

    /// <summary>Forgets an operation at once, as if it had never been.</summary>
    public void Remove(in OperationKey key, RememberedOperation record)
    {
        Forget(record);
        _records.Remove(key);
    }

    /// <summary>Keeps a settled reservation with a generated id for a minute, for commits that are repeated.</summary>
    public void RememberSettled(ReservationRecord record, long nowTicks)
    {
        record.DropAtTicks = Math.Min(record.DropAtTicks, nowTicks + TimeSpan.TicksPerMinute);
        _settled.Enqueue(new(OperationKey.Of(record.Reservation), record, record.DropAtTicks));
        ForgetSettled(nowTicks);
    }

    /// <summary>Forgets operations past their time.</summary>
    public void Sweep(long nowTicks)
    {
        ForgetSettled(nowTicks);
        foreach (var (key, record) in _records)
        {
            if (record.DropAtTicks > nowTicks)
                continue;
            Forget(record);
            _records.Remove(key);
        }
        if (_records.Capacity > 64 && _records.Count < _records.Capacity / 4)
            _records.TrimExcess();
    }

    private void Forget(RememberedOperation record)
    {
        record.IsForgotten = true;
        if (record is ReservationRecord { IsOpen: true })
            Closed();
    }

    private void CountOpen(int change)
    {
        Volatile.Write(ref _open, _open + change);
        _unreported += change;
        if (_unreported is > -OpenReservationLimit.MaxUnreported and < OpenReservationLimit.MaxUnreported)
            return;
        limit.Report(_unreported);
        _unreported = 0;
    }

    private void ForgetSettled(long nowTicks)
    {
        while (_settled.Count > MaxSettled || (_settled.TryPeek(out var oldest) && oldest.DropAtTicks <= nowTicks))
        {
            var gone = _settled.Dequeue();
            if (_records.TryGetValue(gone.Key, out var present) && ReferenceEquals(present, gone.Record))
                _records.Remove(gone.Key);
        }
    }

    /// <summary>The values needed to forget a record, so that a record that has left the processor's cache is not read again.</summary>
    private readonly record struct SettledReservation(OperationKey Key, ReservationRecord Record, long DropAtTicks);
}
