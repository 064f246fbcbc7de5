namespace BudgetFirewall.Conformance;

/// <summary>A window that keeps every take for ever and adds up anew each time: slow, and easy to believe.</summary>
public abstract class WindowOracle(RateLimit limit)
{
    private readonly List<OracleTake> _takes = [];

    public RateLimit Limit { get; } = limit;

    protected IReadOnlyList<OracleTake> Takes => _takes;

    protected decimal Most => Limit.Limit!.Value;

    protected TimeSpan Length => Limit.Window!.Value;

    public static WindowOracle Of(RateLimit limit) => limit.Algorithm switch
    {
        RateLimitAlgorithm.SlidingWindow => new SlidingOracle(limit),
        RateLimitAlgorithm.FixedWindow when limit.Alignment == WindowAlignment.FirstRequest => new FirstRequestOracle(limit),
        RateLimitAlgorithm.FixedWindow => new ClockOracle(limit),
        _ => throw new ArgumentException($"No oracle knows a {limit.Algorithm}.", nameof(limit)),
    };

    public decimal LevelAt(DateTimeOffset now) => Most - Takes.Where(take => Counts(take, now)).Sum(take => take.Amount);

    public bool Fits(decimal need, DateTimeOffset now) => need == 0 || need <= LevelAt(now);

    /// <summary>The time until an amount that does not fit would; null when it never will.</summary>
    public TimeSpan? WaitFor(decimal need, DateTimeOffset now) =>
        need > Most ? null : Ends(now).Where(end => end > now && Fits(need, end)).Min() - now;

    public TimeSpan FullIn(DateTimeOffset now) => LevelAt(now) == Most ? TimeSpan.Zero : Ends(now).Where(end => end > now && LevelAt(end) == Most).Min() - now;

    public virtual OracleTake Take(decimal amount, DateTimeOffset now)
    {
        var take = new OracleTake(now) { Amount = amount };
        if (amount > 0)
            _takes.Add(take);
        return take;
    }

    public void Settle(OracleTake take, decimal actual, DateTimeOffset now)
    {
        if (actual > take.Amount)
            Take(actual - take.Amount, now);
        else if (Counts(take, now))
            take.Amount = actual;
    }

    protected abstract bool Counts(OracleTake take, DateTimeOffset now);

    /// <summary>The times at which something may become free.</summary>
    protected abstract IEnumerable<DateTimeOffset> Ends(DateTimeOffset now);

    private sealed class SlidingOracle(RateLimit limit) : WindowOracle(limit)
    {
        protected override bool Counts(OracleTake take, DateTimeOffset now) => take.At + Length > now;

        protected override IEnumerable<DateTimeOffset> Ends(DateTimeOffset now) => Takes.Select(take => take.At + Length);
    }

    private sealed class ClockOracle(RateLimit limit) : WindowOracle(limit)
    {
        protected override bool Counts(OracleTake take, DateTimeOffset now) => StartOf(take.At) == StartOf(now);

        protected override IEnumerable<DateTimeOffset> Ends(DateTimeOffset now) => [StartOf(now) + Length];

        private DateTimeOffset StartOf(DateTimeOffset time) => new(time.UtcTicks / Length.Ticks * Length.Ticks, TimeSpan.Zero);
    }

    private sealed class FirstRequestOracle(RateLimit limit) : WindowOracle(limit)
    {
        private DateTimeOffset _start = DateTimeOffset.MinValue;

        public override OracleTake Take(decimal amount, DateTimeOffset now)
        {
            if (amount > 0 && (now >= _start + Length || LevelAt(now) == Most))
                _start = now;
            return base.Take(amount, now);
        }

        protected override bool Counts(OracleTake take, DateTimeOffset now) => take.At >= _start && now < _start + Length;

        protected override IEnumerable<DateTimeOffset> Ends(DateTimeOffset now) => [_start + Length];
    }
}
