namespace BudgetFirewall.Storage;

/// <summary>A part of the remembered operations. All of it is used under its lock, which a step on an operation holds from the look at the record to its change.</summary>
internal sealed class OperationShard(MemoryBudgetStore store)
{
    /// <summary>Settled reservations with made-up ids that a shard remembers at the most: the newest, for 60 seconds.</summary>
    private const int MaxSettled = 8;

    private readonly Dictionary<OperationKey, OperationRecord> _records = [];
    private readonly Queue<SettledReservation> _settled = [];

    public MemoryBudgetStore Store { get; } = store;

    public Lock Gate { get; } = new();

    public int Count => _records.Count;

    public int OpenReservations => _records.Values.Count(record => record is ReservationRecord { IsOpen: true });

    public OperationRecord? Find(in OperationKey key, long nowTicks) =>
        _records.TryGetValue(key, out var record) && record.DropAtTicks > nowTicks ? record : null;

    public void Remember(in OperationKey key, OperationRecord record) => _records[key] = record;

    /// <summary>Keeps a settled reservation with a made-up id for a minute, for commits that are repeated.</summary>
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
            record.IsForgotten = true;
            _records.Remove(key);
        }
        if (_records.Capacity > 64 && _records.Count < _records.Capacity / 4)
            _records.TrimExcess();
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

    /// <summary>All that forgetting one needs, so that a record that has left the processor's cache is not looked at again.</summary>
    private readonly record struct SettledReservation(OperationKey Key, ReservationRecord Record, long DropAtTicks);
}
