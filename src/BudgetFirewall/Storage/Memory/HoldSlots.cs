namespace BudgetFirewall.Storage;

/// <summary>
/// What is held in a counter, by the time it ends. Ends are rounded up to a power of two of milliseconds, at most an eighth of the lease,
/// so that the number of slots is bounded however many holds there are.
/// </summary>
internal struct HoldSlots
{
    private Slot[]? _slots;
    private int _count;

    public long Total { get; private set; }

    /// <summary>When the first of them ends; never when there are none.</summary>
    public readonly long FirstEndMs => _count > 0 && _slots is { } slots ? slots[0].EndMs : long.MaxValue;

    /// <summary>The latest end that was purged. No later hold uses it again, or a commit could give back somebody else's hold after the clock was set back.</summary>
    public long PurgedThroughMs { get; private set; }

    /// <summary>The end of the slot for a hold: no earlier than its lease, later by at most an eighth of it.</summary>
    public static long EndMs(DateTimeOffset expiresAt, TimeSpan lease, long purgedThroughMs)
    {
        var expiresMs = (expiresAt.UtcTicks - DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        var leaseMs = Math.Max((long)lease.TotalMilliseconds, 8);
        var width = 1L << (63 - (int)long.LeadingZeroCount(leaseMs / 8));
        var end = (expiresMs + width - 1) / width * width;
        return end > purgedThroughMs ? end : (purgedThroughMs / width * width) + width;
    }

    public void Purge(long nowMs)
    {
        var gone = 0;
        while (gone < _count && _slots![gone].EndMs <= nowMs)
        {
            Total -= _slots[gone].Amount;
            PurgedThroughMs = Math.Max(PurgedThroughMs, _slots[gone].EndMs);
            gone++;
        }
        if (gone > 0)
            RemoveAt(0, gone);
    }

    public void Add(long endMs, long amount)
    {
        if (endMs <= PurgedThroughMs)
            throw new InvalidOperationException($"The slot {endMs} was purged and must not be used again.");
        var at = Find(endMs);
        if (at < 0)
            Insert(at = ~at, endMs);
        _slots![at].Amount = checked(_slots[at].Amount + amount);
        Total = checked(Total + amount);
    }

    public readonly long AmountIn(long endMs)
    {
        var at = Find(endMs);
        return at < 0 ? 0 : _slots![at].Amount;
    }

    public void Remove(long endMs, long amount)
    {
        var at = Find(endMs);
        if (at < 0)
            return;
        if (_slots![at].Amount < amount)
            throw new InvalidOperationException($"More would be given back ({amount}) than is held ({_slots[at].Amount}).");
        _slots[at].Amount -= amount;
        Total -= amount;
        if (_slots[at].Amount == 0)
            RemoveAt(at, 1);
    }

    // Holds are mostly added at the latest end, so the search begins there.
    private readonly int Find(long endMs)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_slots![i].EndMs == endMs)
                return i;
            if (_slots[i].EndMs < endMs)
                return ~(i + 1);
        }
        return ~0;
    }

    private void Insert(int at, long endMs)
    {
        if (_slots is null)
            _slots = new Slot[2];
        else if (_count == _slots.Length)
            Array.Resize(ref _slots, _count * 2);
        Array.Copy(_slots, at, _slots, at + 1, _count - at);
        _slots[at] = new() { EndMs = endMs };
        _count++;
    }

    private void RemoveAt(int at, int count)
    {
        _count -= count;
        Array.Copy(_slots!, at + count, _slots!, at, _count - at);
    }

    private struct Slot
    {
        public long EndMs;
        public long Amount;
    }
}
