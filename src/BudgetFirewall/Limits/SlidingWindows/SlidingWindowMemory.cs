namespace BudgetFirewall.Storage;

/// <summary>A sliding window in the memory of one process: its takes in a ring, oldest first.</summary>
internal struct SlidingWindowMemory(SlidingWindowRule rule) : IRateLimitMemory
{
    // Nothing lets more through, so that sums stay exact in every store.
    private const long MaxTakenMicros = 9_000_000_000_000_000;

    private const int FewTakes = 16;

    private SlidingWindowRule _rule = rule;
    private Taken[] _ring = [];
    private int _first;
    private int _count;
    private long _total;
    private long _now;

    // Takes that have left the window are dropped for good: no clock brings back what has become free.
    public void Look(LimitRule rule, long nowMicroseconds)
    {
        _now = nowMicroseconds;
        var until = nowMicroseconds - ((SlidingWindowRule)rule).WindowMicroseconds;
        while (_count > 0 && At(0).Microseconds <= until)
        {
            _total -= At(0).Micros;
            _first = (_first + 1) & (_ring.Length - 1);
            _count--;
        }
        if (_count == 0 && _ring.Length > FewTakes)
            (_ring, _first) = ([], 0);
    }

    public readonly Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait)
    {
        var need = demand.Need;
        var window = (SlidingWindowRule)rule;
        if (need <= 0 || need <= window.LimitMicros - _total)
            return Judgement.Admitted;
        return rule.NoRoom(Wait(window, need));
    }

    public void Take(LimitRule rule, long take, long nowMicroseconds)
    {
        _rule = (SlidingWindowRule)rule;
        var micros = Math.Min(take, MaxTakenMicros - _total);
        _total += micros;
        if (IsWithLast(nowMicroseconds))
        {
            ref var last = ref At(_count - 1);
            last = new(Math.Max(last.Microseconds, nowMicroseconds), last.Micros + micros);
            return;
        }
        if (_count == _ring.Length)
            Grow();
        At(_count++) = new(nowMicroseconds, micros);
    }

    // A part of what has left the window already is not given back: it does not count any more.
    public void Settle(LimitRule rule, long difference, long takenAtMicroseconds, long nowMicroseconds)
    {
        if (difference > 0)
        {
            Take(rule, difference, nowMicroseconds);
            return;
        }
        if (takenAtMicroseconds <= nowMicroseconds - ((SlidingWindowRule)rule).WindowMicroseconds || IndexOf(takenAtMicroseconds) is not (>= 0 and var index))
            return;
        ref var taken = ref At(index);
        var back = Math.Min(-difference, taken.Micros);
        taken = taken with { Micros = taken.Micros - back };
        _total -= back;
    }

    public readonly LimitReading Read(LimitRule rule)
    {
        var window = (SlidingWindowRule)rule;
        return LimitReading.OfRateLimit(window.LimitMicros - _total, _total == 0 ? 0 : LastThatCounts() + window.WindowMicroseconds - _now);
    }

    public readonly bool IsIdle(long nowMicroseconds) => _count == 0 || At(_count - 1).Microseconds + _rule.WindowMicroseconds <= nowMicroseconds;

    private readonly TimeSpan? Wait(SlidingWindowRule rule, long need)
    {
        if (need > rule.LimitMicros)
            return null;
        var (tooMuch, index) = (_total + need - rule.LimitMicros, 0);
        while ((tooMuch -= At(index).Micros) > 0)
            index++;
        return TimeSpan.FromTicks((At(index).Microseconds + rule.WindowMicroseconds - _now) * TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>True when a take is added to the last one: it is of the same time, of an earlier one after the clock was set back, or there are many.</summary>
    private readonly bool IsWithLast(long nowMicroseconds)
    {
        if (_count == 0)
            return false;
        var last = At(_count - 1).Microseconds;
        return last >= nowMicroseconds || (_count >= SlidingWindowRule.ExactTakes && last / _rule.SlotMicroseconds == nowMicroseconds / _rule.SlotMicroseconds);
    }

    /// <summary>The take that contains the one of a time: the first that is not earlier. Negative when there is none.</summary>
    private readonly int IndexOf(long takenAtMicroseconds)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Microseconds < takenAtMicroseconds)
                low = middle + 1;
            else
                high = middle;
        }
        return low == _count ? -1 : low;
    }

    private readonly long LastThatCounts()
    {
        var index = _count - 1;
        while (At(index).Micros == 0)
            index--;
        return At(index).Microseconds;
    }

    private void Grow()
    {
        var ring = new Taken[Math.Max(_ring.Length * 2, 4)];
        for (var i = 0; i < _count; i++)
            ring[i] = At(i);
        (_ring, _first) = (ring, 0);
    }

    private readonly ref Taken At(int index) => ref _ring[(_first + index) & (_ring.Length - 1)];

    /// <summary>An amount that was taken, and the time of it.</summary>
    private readonly record struct Taken(long Microseconds, long Micros);
}
