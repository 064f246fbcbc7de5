using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall.Storage;

/// <summary>
/// The amounts held in a counter, grouped by the time when they end. Ends are rounded up to a power of two of milliseconds, at most an eighth of the time
/// that is held for, so that the number of slots is bounded however many holds there are.
/// </summary>
internal struct HoldSlots
{
    // The first slot lies in the counter itself, because most counters have no second one and need no other object then.
    private Slot _first;
    private Slot[]? _others;
    private int _count;

    public long Total { get; private set; }

    /// <summary>The time when the first hold ends, in ms since 1970; <see cref="long.MaxValue"/> when there are none.</summary>
    public readonly long FirstEndMs => _count > 0 ? _first.EndMs : long.MaxValue;

    /// <summary>
    /// The latest end that was purged. No later hold uses a slot up to it: after the clock was set back, a commit could otherwise give back the hold of another
    /// reservation.
    /// </summary>
    public long PurgedThroughMs { get; private set; }

    /// <summary>The end of the slot for a hold: no earlier than that of the time that it is held for, a wait and a lease, and later by at most an eighth of it.</summary>
    public static long EndMs(DateTimeOffset now, TimeSpan heldFor, long purgedThroughMs)
    {
        var expiresAt = now + heldFor;
        var expiresMs = (expiresAt.UtcTicks - DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        var width = HoldSlotWidth.Milliseconds(heldFor);
        var end = (expiresMs + width - 1) / width * width;
        return end > purgedThroughMs ? end : (purgedThroughMs / width * width) + width;
    }

    public void Purge(long nowMs)
    {
        while (FirstEndMs <= nowMs)
        {
            Total -= _first.Amount;
            PurgedThroughMs = Math.Max(PurgedThroughMs, _first.EndMs);
            RemoveAt(0);
        }
    }

    public void Add(long endMs, long amount)
    {
        if (endMs <= PurgedThroughMs)
            throw new InvalidOperationException($"The slot {endMs} was purged and must not be used again.");
        var at = Find(endMs);
        if (at < 0)
            Insert(at = ~at, endMs);
        ref var slot = ref At(at);
        slot.Amount = checked(slot.Amount + amount);
        Total = checked(Total + amount);
    }

    public long AmountIn(long endMs)
    {
        var at = Find(endMs);
        return at < 0 ? 0 : At(at).Amount;
    }

    public void Remove(long endMs, long amount)
    {
        var at = Find(endMs);
        if (at < 0)
            return;
        ref var slot = ref At(at);
        if (slot.Amount < amount)
            throw new InvalidOperationException($"More would be given back ({amount}) than is held ({slot.Amount}).");
        slot.Amount -= amount;
        Total -= amount;
        if (slot.Amount == 0)
            RemoveAt(at);
    }

    [UnscopedRef]
    private ref Slot At(int index) => ref index == 0 ? ref _first : ref _others![index - 1];

    // Holds are mostly added at the latest end, so the search begins there.
    private int Find(long endMs)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (At(i).EndMs == endMs)
                return i;
            if (At(i).EndMs < endMs)
                return ~(i + 1);
        }
        return ~0;
    }

    private void Insert(int at, long endMs)
    {
        if (_count > (_others?.Length ?? 0))
            Array.Resize(ref _others, _count * 2);
        for (var i = _count; i > at; i--)
            At(i) = At(i - 1);
        At(at) = new() { EndMs = endMs };
        _count++;
    }

    private void RemoveAt(int at)
    {
        _count--;
        for (var i = at; i < _count; i++)
            At(i) = At(i + 1);
    }

    private struct Slot
    {
        public long EndMs;
        public long Amount;
    }
}
