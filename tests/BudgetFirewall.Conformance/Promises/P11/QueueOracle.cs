namespace BudgetFirewall.Conformance;

/// <summary>A queue that keeps everything that was ever taken and adds up anew each time: slow, and easy to believe.</summary>
public sealed class QueueOracle(RateLimit limit)
{
    private readonly List<(Int128 Microseconds, decimal Amount)> _takes = [];

    public RateLimit Limit { get; } = limit;

    // A rate of so many micros a second is so many picos a microsecond.
    private Int128 RatePicos => (Int128)(Limit.RatePerSecond!.Value * 1_000_000m);

    /// <summary>The time until the turn of a call that comes now.</summary>
    public TimeSpan TurnIn(DateTimeOffset now) => Drained(BacklogPicos(now));

    /// <summary>True when a call gets a turn.</summary>
    public bool Admits(DateTimeOffset now, TimeSpan maxWait, decimal need) => Fits(need) && BacklogPicos(now) <= LongestPicos(maxWait);

    /// <summary>The time until a call that gets no turn would; null when it never will.</summary>
    public TimeSpan? RoomIn(DateTimeOffset now, TimeSpan maxWait, decimal need) => Fits(need) ? Drained(BacklogPicos(now) - LongestPicos(maxWait)) : null;

    /// <summary>What is queued, in steps of a millionth, rounded up.</summary>
    public decimal LengthAt(DateTimeOffset now) => (decimal)((BacklogPicos(now) + 999_999) / 1_000_000) / 1_000_000m;

    /// <summary>Takes, and gives the place of the take.</summary>
    public int Take(decimal amount, DateTimeOffset now)
    {
        if (amount != 0)
            _takes.Add((Microseconds(now), amount));
        return _takes.Count;
    }

    /// <summary>Takes more than was taken before, or gives back where nobody has taken since.</summary>
    public void Settle(int take, decimal difference, DateTimeOffset now)
    {
        if (difference > 0 || take == _takes.Count)
            _ = Take(difference, now);
    }

    private bool Fits(decimal need) => (Int128)(need * 1_000_000_000_000m) <= LongestPicos(TimeSpan.FromDays(1)) + 1_000_000_000_000;

    private Int128 BacklogPicos(DateTimeOffset now)
    {
        var (backlog, last) = ((Int128)0, (Int128)0);
        foreach (var (at, amount) in _takes.Append((Microseconds(now), 0m)))
        {
            backlog = Int128.Max(backlog - (RatePicos * (at - last)), 0);
            backlog = Int128.Max(backlog + (Int128)(amount * 1_000_000_000_000m), 0);
            last = at;
        }
        return backlog;
    }

    // Bounds are whole millionths, rounded down.
    private Int128 LongestPicos(TimeSpan maxWait)
    {
        var wait = Limit.MaxWait is { } own && own < maxWait ? own : maxWait;
        var micros = RatePicos * (wait.Ticks / TimeSpan.TicksPerMicrosecond) / 1_000_000;
        if (Limit.QueueLimit is { } most)
            micros = Int128.Min(micros, (Int128)(most * 1_000_000m));
        return micros * 1_000_000;
    }

    private TimeSpan Drained(Int128 picos) => picos <= 0
        ? TimeSpan.Zero
        : TimeSpan.FromTicks((long)((picos + RatePicos - 1) / RatePicos) * TimeSpan.TicksPerMicrosecond);

    private static Int128 Microseconds(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMicrosecond;
}
