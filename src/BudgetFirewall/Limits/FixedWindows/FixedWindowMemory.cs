namespace BudgetFirewall.Storage;

/// <summary>A fixed window in the memory of one process.</summary>
internal struct FixedWindowMemory(FixedWindowRule rule) : IRateLimitMemory
{
    // Nothing lets more through, so that sums stay exact in every store.
    private const long MaxTakenMicros = 9_000_000_000_000_000;

    private FixedWindowRule _rule = rule;
    private long _start;
    private long _lastTake;
    private long _taken;
    // The window at the time of the last look.
    private long _presentStart;
    private long _presentTaken;
    private long _untilEnd;

    public void Look(LimitRule rule, long nowMicroseconds)
    {
        var (start, end) = WindowAt((FixedWindowRule)rule, nowMicroseconds);
        _presentTaken = _lastTake >= start ? _taken : 0;
        _presentStart = _presentTaken == 0 ? start : Math.Max(_start, start);
        _untilEnd = end - nowMicroseconds;
    }

    public readonly Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait)
    {
        var need = demand.Need;
        var limit = ((FixedWindowRule)rule).LimitMicros;
        if (need <= 0 || need <= limit - _presentTaken)
            return Judgement.Admitted;
        return rule.NoRoom(need > limit ? null : TimeSpan.FromTicks(_untilEnd * TimeSpan.TicksPerMicrosecond));
    }

    public void Take(LimitRule rule, long take, long nowMicroseconds)
    {
        _rule = (FixedWindowRule)rule;
        _start = _presentStart;
        _lastTake = Math.Max(_lastTake, nowMicroseconds);
        _taken = _presentTaken = Math.Min(_presentTaken + take, MaxTakenMicros);
    }

    // What was taken in an earlier window is no part of this one's sum.
    public void Settle(LimitRule rule, long difference, long takenAtMicroseconds, long nowMicroseconds)
    {
        if (difference > 0)
            Take(rule, difference, nowMicroseconds);
        else if (_presentTaken > 0 && takenAtMicroseconds >= _presentStart)
            _taken = _presentTaken = Math.Max(_presentTaken + difference, 0);
    }

    public readonly LimitReading Read(LimitRule rule) =>
        LimitReading.OfRateLimit(((FixedWindowRule)rule).LimitMicros - _presentTaken, _presentTaken == 0 ? 0 : _untilEnd);

    public readonly bool IsIdle(long nowMicroseconds) => _taken == 0 || WindowAt(_rule, _lastTake).End <= nowMicroseconds;

    // After the clock was set back, the window that was taken from last goes on: the same time does not count twice.
    private readonly (long Start, long End) WindowAt(FixedWindowRule rule, long nowMicroseconds)
    {
        if (!rule.IsFromFirstRequest)
            return rule.WindowAt(_taken == 0 ? nowMicroseconds : Math.Max(nowMicroseconds, _lastTake));
        var start = _taken != 0 && nowMicroseconds < _start + rule.WindowMicroseconds ? _start : nowMicroseconds;
        return (start, start + rule.WindowMicroseconds);
    }
}
