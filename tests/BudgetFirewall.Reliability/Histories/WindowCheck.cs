namespace BudgetFirewall.Reliability;

/// <summary>Adds up what was admitted in every window that a limit had, from every take that was ever made.</summary>
internal sealed class WindowCheck
{
    private readonly RateLimit _limit;
    private readonly long _length;
    private readonly Queue<(long At, int Permits)> _counted = new();
    private long _start = long.MinValue;
    private long _latest = long.MinValue;
    private decimal _sum;

    private WindowCheck(RateLimit limit) => (_limit, _length) = (limit, (long)limit.Window!.Value.TotalMicroseconds);

    /// <summary>The windows that have been looked at: of a sliding one, those that end with a take.</summary>
    public int Windows { get; private set; }

    /// <summary>Those of them that were full.</summary>
    public int Full { get; private set; }

    /// <summary>Those of them that had more than the limit: none.</summary>
    public int Overfull { get; private set; }

    /// <summary>Looks at the takes of one scope, in the order of their times by the server's clock.</summary>
    public static WindowCheck Of(RateLimit limit, IEnumerable<TracedTake> takes)
    {
        var check = new WindowCheck(limit);
        foreach (var take in takes.Where(take => take.Outcome == CallOutcome.Done).OrderBy(take => take.Turn))
            check.Add(take);
        return check;
    }

    /// <summary>What is left at a time that is not before the last take.</summary>
    public decimal LevelAt(long now)
    {
        Leave(now);
        return _limit.Limit!.Value - _sum;
    }

    private void Add(TracedTake take)
    {
        Leave(take.Turn);
        var isNew = _counted.Count == 0 || (IsSliding && take.Turn != _latest);
        _latest = take.Turn;
        if (IsFromFirstRequest && _counted.Count == 0)
            _start = take.Turn;
        if (isNew)
            Windows++;
        var before = _sum;
        _counted.Enqueue((take.Turn, take.Permits));
        _sum += take.Permits;
        Full += _sum == _limit.Limit && before != _sum ? 1 : 0;
        Overfull += _sum > _limit.Limit ? 1 : 0;
    }

    private bool IsSliding => _limit.Algorithm == RateLimitAlgorithm.SlidingWindow;

    private bool IsFromFirstRequest => _limit.Alignment == WindowAlignment.FirstRequest;

    private void Leave(long now)
    {
        while (_counted.TryPeek(out var oldest) && !Counts(oldest.At, now))
            _sum -= _counted.Dequeue().Permits;
    }

    private bool Counts(long at, long now) => IsSliding ? at > now - _length
        : IsFromFirstRequest ? now < _start + _length
        : at / _length == now / _length;
}
