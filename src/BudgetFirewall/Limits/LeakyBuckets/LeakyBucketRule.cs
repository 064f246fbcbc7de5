using System.Runtime.CompilerServices;

namespace BudgetFirewall.Storage;

/// <summary>A leaky bucket with a queue as a store needs it, in whole micros (10⁻⁶ of a permit or unit). Immutable.</summary>
/// <remarks>
/// A store keeps of a scope what a token bucket of capacity 0 keeps: its level is the backlog below zero, and comes back to 0 at the rate. The turn of a call is the time at which
/// the backlog that it finds is gone; the call then adds its own amount. So one number is the whole queue.
/// </remarks>
public sealed class LeakyBucketRule : RateLimitRule
{
    // Clocks are often corrected by fractions of a second, and turns ignore that; after a larger step there are no turns until the clock is there again.
    private const long SmallCorrectionMicroseconds = 1_000_000;

    private readonly long _maxWaitMicroseconds;
    private readonly long _queueLimitMicros;

    /// <summary>The rule of a rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <param name="source">The place that the limit's definition comes from.</param>
    /// <param name="replacedId">The id of the limit that this one replaces; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    /// <exception cref="ArgumentException">A value that the algorithm needs is missing, or one of another algorithm is given.</exception>
    public LeakyBucketRule(RateLimit rateLimit, LimitSource source = LimitSource.Configuration, string? replacedId = null)
        : this(rateLimit, source, replacedId, throttleName: null)
    {
    }

    /// <summary>The queue of the calls that a throttled budget has no room for within its limit: one permit each. It has a state of its own beside the budget's counters, whatever their period.</summary>
    internal LeakyBucketRule(Budget budget, LimitSource source)
        : this(QueueOf(budget), source, replacedId: null, DerivedId.ThrottleName(budget.Scope.Kind, budget.CalendarName, budget.Unit, budget.Filter))
    {
    }

    private LeakyBucketRule(RateLimit rateLimit, LimitSource source, string? replacedId, string? throttleName)
        : base(rateLimit, Traits, source, replacedId, throttleName)
    {
        RateMicrosPerSecond = (long)(rateLimit.RatePerSecond!.Value * UnitAmount.MicrosPerUnit);
        _queueLimitMicros = rateLimit.QueueLimit is { } limit ? (long)(limit * UnitAmount.MicrosPerUnit) : MaxBacklogMicros;
        _maxWaitMicroseconds = (rateLimit.MaxWait ?? WaitRange.Longest).Ticks / TimeSpan.TicksPerMicrosecond;
        LongestBacklogMicros = BacklogIn(_maxWaitMicroseconds);
        Schedule(rateLimit.Schedule, row => new LeakyBucketRule(rateLimit.In(row), source, replacedId));
    }

    internal static RateLimitTraits Traits { get; } = new(
        RateLimitAlgorithm.LeakyBucket, "leaky_bucket", Needed: [nameof(RateLimit.RatePerSecond)], Optional: [nameof(RateLimit.QueueLimit), nameof(RateLimit.MaxWait)],
        Ceiling: nameof(RateLimit.RatePerSecond));

    /// <summary>The amount that may begin per second, in micros.</summary>
    public long RateMicrosPerSecond { get; private set; }

    /// <summary>The largest backlog that a call of any <see cref="BudgetRequest.MaxWait"/> may find and be admitted, in micros.</summary>
    public long LongestBacklogMicros { get; private set; }

    /// <summary>The amount that may wait, and one permit or unit more, which begins at once.</summary>
    public override long LimitMicros => LongestBacklogMicros + (long)UnitAmount.MicrosPerUnit;

    /// <summary>The time in which <see cref="LimitMicros"/> may begin.</summary>
    public override TimeSpan? Window => Ticks((long)Int128.Min(CeilingMicroseconds(LimitMicros, RateMicrosPerSecond), long.MaxValue / TimeSpan.TicksPerMicrosecond));

    /// <inheritdoc/>
    public override long AdaptedMicros => RateMicrosPerSecond;

    /// <inheritdoc/>
    public override bool IsQueue => true;

    // Nothing owes more, so that sums stay exact in every store.
    private static long MaxBacklogMicros => -TokenBucketLevel.FloorMicros;

    /// <summary>The largest backlog that a call may find, the rate, and the largest amount of one call, in micros.</summary>
    /// <param name="now">The store's time; it does not matter.</param>
    public override RateLimitNumbers ValuesAt(DateTimeOffset now) => new(LongestBacklogMicros, RateMicrosPerSecond, LargestNeed(headroom: 0));

    /// <inheritdoc/>
    public override RateLimitNumbers ValuesAt(DateTimeOffset now, in LimitDemand demand, TimeSpan maxWait) => new(LongestBacklog(demand, maxWait), RateMicrosPerSecond, LargestNeed(demand.Headroom));

    /// <summary>
    /// The verdict on an amount: it is admitted at once where there is no backlog, and has to wait where the backlog is within the bounds. One above
    /// <see cref="LimitMicros"/> is never admitted: it would close the queue for longer than anybody waits.
    /// </summary>
    /// <param name="level">The level of the bucket now: the backlog, below zero.</param>
    /// <param name="demand">The demand of the call; one that needs nothing waits for nothing.</param>
    /// <param name="maxWait">The longest time that the call waits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Judgement Judge(in TokenBucketLevel level, in LimitDemand demand, TimeSpan maxWait) =>
        demand.Need <= 0 ? Judgement.Admitted
        : demand.Need > LargestNeed(demand.Headroom) ? NoRoom(wait: null)
        : level.Micros >= 0 ? Judgement.Admitted : JudgeQueue(level, LongestBacklog(demand, maxWait));

    /// <summary>The exact time until nothing is queued, if nobody else comes; zero when nothing is.</summary>
    /// <param name="reading">The bucket's reading.</param>
    public override TimeSpan? FullIn(LimitReading reading) => TurnIn(LevelOf(reading));

    /// <inheritdoc/>
    /// <param name="numbers">The members of a <see cref="TokenBucketLevel"/>, in their order.</param>
    public override LimitReading ReadingOf(in RateLimitNumbers numbers) => ReadingOf(LevelOf(numbers));

    /// <inheritdoc/>
    /// <param name="numbers">The members of a <see cref="TokenBucketLevel"/>, in their order.</param>
    /// <param name="needMicros">The amount of the call, in micros.</param>
    public override TimeSpan? Wait(in RateLimitNumbers numbers, long needMicros) =>
        needMicros > LargestNeed(headroom: 0) ? null : RoomIn(LevelOf(numbers), LongestBacklogMicros);

    /// <inheritdoc/>
    public override TimeSpan? Wait(in RateLimitNumbers numbers, in LimitDemand demand, TimeSpan maxWait) =>
        demand.Need > LargestNeed(demand.Headroom) ? null : RoomIn(LevelOf(numbers), LongestBacklog(demand, maxWait));

    /// <inheritdoc/>
    public override TimeSpan TurnIn(in RateLimitNumbers numbers, long takenMicros)
    {
        var level = LevelOf(numbers);
        return TurnIn(level with { Micros = level.Micros + takenMicros });
    }

    /// <summary>The same demand: what must stay free is a part of the queue, which is shorter by itself, and a call of any size that the ceiling admits begins where nothing is queued.</summary>
    /// <param name="demand">The demand of the call on the limit.</param>
    public override LimitDemand InScale(in LimitDemand demand) => demand;

    /// <summary>The numbers that a reading was made of: the members of a <see cref="TokenBucketLevel"/>, in their order.</summary>
    /// <param name="reading">The bucket's reading.</param>
    public RateLimitNumbers NumbersOf(LimitReading reading)
    {
        var level = ((LeakyBucketRule)At(reading.Scale)).LevelOf(reading);
        return new(level.Micros, level.Picos, level.AheadMicroseconds);
    }

    internal override TResult Remember<TResult>(IRateLimitMemoryMaker<TResult> maker) => maker.Make(new LeakyBucketMemory(this));

    internal LimitReading ReadingOf(in TokenBucketLevel level)
    {
        var reading = level.ToReading();
        return LimitReading.OfRateLimit(reading.Available + LimitMicros, reading.PackedState);
    }

    /// <summary>A level that was left at another part of the ceiling, as it counts at this one: turns that were given are not overtaken.</summary>
    internal TokenBucketLevel Requeued(in TokenBucketLevel level, int from) =>
        level.Micros >= 0 ? level : level with { Micros = -AdaptiveScale.Requeued(-level.Micros, from, Scale, MaxBacklogMicros), Picos = 0 };

    private protected override void TakePartOf(RateLimitRule ceiling)
    {
        var whole = (LeakyBucketRule)ceiling;
        RateMicrosPerSecond = AdaptiveScale.Up(whole.RateMicrosPerSecond, Scale);
        LongestBacklogMicros = AdaptiveScale.Down(whole.LongestBacklogMicros, Scale);
    }

    private static RateLimit QueueOf(Budget budget) => new()
    {
        Scope = budget.Scope,
        Algorithm = RateLimitAlgorithm.LeakyBucket,
        RatePerSecond = budget.Throttle!.RatePerSecond,
        QueueLimit = budget.Throttle.QueueLimit,
        MaxWait = budget.Throttle.MaxWait,
        Id = budget.Id,
        Name = budget.Name,
    };

    private TokenBucketLevel LevelOf(LimitReading reading) =>
        TokenBucketLevel.Of(LimitReading.OfRateLimit(reading.Available - LimitMicros, reading.PackedState));

    private static TokenBucketLevel LevelOf(in RateLimitNumbers numbers) => new(numbers.First, numbers.Second) { AheadMicroseconds = numbers.Third };

    private Judgement JudgeQueue(in TokenBucketLevel level, long longest)
    {
        if (level.Micros < -longest || level.AheadMicroseconds > SmallCorrectionMicroseconds)
            return NoRoom(RoomIn(level, longest));
        return VerdictTraits.Of(Enforcement.WithoutRoom).IsPassedOver ? Judgement.Admitted : new(Verdict.Delay, TurnIn(level));
    }

    private TimeSpan TurnIn(in TokenBucketLevel level) => Ticks(level.MicrosecondsUntil(0, 0, RateMicrosPerSecond) ?? 0);

    private TimeSpan RoomIn(in TokenBucketLevel level, long longestBacklog) =>
        Ticks(Math.Max(level.MicrosecondsUntil(-longestBacklog, 0, RateMicrosPerSecond) ?? 0, level.AheadMicroseconds > SmallCorrectionMicroseconds ? level.AheadMicroseconds : 0));

    // What stays free for others is part of a need, but does not make the call any larger.
    private long LargestNeed(long headroom) => Math.Min(Ceiling.LimitMicros, MaxBacklogMicros - headroom) + headroom;

    // A queue that goes slower is shorter, so that nobody waits longer.
    private long LongestBacklog(in LimitDemand demand, TimeSpan maxWait) => Scale == AdaptiveScale.Whole
        ? WholeBacklog(demand, maxWait)
        : AdaptiveScale.Down(((LeakyBucketRule)Ceiling).WholeBacklog(demand, maxWait), Scale);

    // What stays free for others is free at the end of the queue; with nothing queued every call begins at once.
    private long WholeBacklog(in LimitDemand demand, TimeSpan maxWait)
    {
        var microseconds = Math.Max(maxWait.Ticks, 0) / TimeSpan.TicksPerMicrosecond;
        var longest = microseconds >= _maxWaitMicroseconds ? LongestBacklogMicros : BacklogIn(microseconds);
        return demand.Headroom == 0 ? longest : Math.Clamp(LongestBacklogMicros - demand.Headroom, 0, longest);
    }

    /// <summary>The backlog that is gone in a time, but no more than the queue may have.</summary>
    private long BacklogIn(long microseconds) =>
        (long)Int128.Min((Int128)RateMicrosPerSecond * microseconds / 1_000_000, _queueLimitMicros);

    private static Int128 CeilingMicroseconds(long micros, long microsPerSecond) => (((Int128)micros * 1_000_000) + microsPerSecond - 1) / microsPerSecond;

    private static TimeSpan Ticks(long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
