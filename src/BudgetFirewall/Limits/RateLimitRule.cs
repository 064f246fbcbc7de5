namespace BudgetFirewall.Storage;

/// <summary>
/// A rate limit as a store needs it, in whole micros (10⁻⁶ of a permit or unit), whatever its algorithm. Immutable.
/// </summary>
/// <remarks>
/// A store that computes in a language of its own sends <see cref="ValuesAt(DateTimeOffset, in LimitDemand, TimeSpan)"/> there and gets three numbers back, which only the algorithm understands:
/// <see cref="ReadingOf"/> and <see cref="Wait(in RateLimitNumbers, in LimitDemand, TimeSpan)"/> say what they mean.
/// </remarks>
public abstract class RateLimitRule : LimitRule
{
    private RateLimitRule? _ceiling;
    private volatile RateLimitRule? _lastScaled;

    private protected RateLimitRule(RateLimit rateLimit, RateLimitTraits traits, LimitSource source, string? replacedId, string? throttleName = null)
        : base(
            LimitKind.RateLimit, Checked(rateLimit, traits).Id, throttleName ?? NameOf(rateLimit, traits.StateName, rateLimit.ExplicitId), rateLimit.Scope, rateLimit.Unit,
            rateLimit.Enforcement, rateLimit.Filter, source, replacedId)
    {
        RateLimit = rateLimit;
        IsThrottle = throttleName is not null;
        ReplacementKey = ReplacementKeyOf(rateLimit);
        Adaptive = rateLimit.Adaptive is { } adaptive ? new(adaptive, traits.CeilingOf(rateLimit)!.Value) : null;
    }

    /// <summary>The rate limit.</summary>
    public RateLimit RateLimit { get; }

    /// <summary>The most that may be taken at once, in micros.</summary>
    public abstract long LimitMicros { get; }

    /// <summary>The time in which the whole limit may be taken once more; null when nothing ever comes back.</summary>
    public abstract TimeSpan? Window { get; }

    /// <summary>The value that an adaptive limit lowers and raises, in micros: the tokens that come back or begin per second, or the limit of a window.</summary>
    public abstract long AdaptedMicros { get; }

    /// <summary>The way in which the limit follows what the provider says; null when it stays as it is.</summary>
    public AdaptiveRule? Adaptive { get; }

    /// <summary>The part of the ceiling that the values of this rule are, in millionths.</summary>
    public int Scale { get; private set; } = AdaptiveScale.Whole;

    /// <summary>The rule with the values of the ceiling.</summary>
    public RateLimitRule Ceiling => _ceiling ?? this;

    /// <summary>True when the limit lets calls wait for their turn.</summary>
    public virtual bool IsQueue => false;

    /// <summary>
    /// True when the limit is the queue of a throttled budget and no rate limit of its own: it is asked only where the budget has no room within its limit, and shown as a part of it.
    /// </summary>
    public bool IsThrottle { get; }

    /// <summary>True when <see cref="ValuesAt(DateTimeOffset)"/> depend on the time.</summary>
    public virtual bool ChangesWithTime => false;

    /// <summary>The span of time in which the rule's present <see cref="ValuesAt(DateTimeOffset)"/> are right; null when they always are.</summary>
    /// <param name="now">The store's time.</param>
    public virtual PeriodWindow? ValidityAt(DateTimeOffset now) => null;

    /// <summary>The values of the algorithm as whole numbers from 0 to 9·10¹⁵.</summary>
    /// <param name="now">The store's time, which matters only where <see cref="ValidityAt"/> says so.</param>
    public abstract RateLimitNumbers ValuesAt(DateTimeOffset now);

    /// <summary>The values of the algorithm for a call, as whole numbers from 0 to 9·10¹⁵.</summary>
    /// <param name="now">The store's time, which matters only where <see cref="ValidityAt"/> says so.</param>
    /// <param name="demand">The demand of the call, whose headroom matters only where <see cref="IsQueue"/>.</param>
    /// <param name="maxWait">The longest time that the call waits, which matters only where <see cref="IsQueue"/>.</param>
    public virtual RateLimitNumbers ValuesAt(DateTimeOffset now, in LimitDemand demand, TimeSpan maxWait) => ValuesAt(now);

    /// <summary>The rule with values that are a part of the ceiling.</summary>
    /// <param name="scale">The part, 1 to 1,000,000 millionths.</param>
    public RateLimitRule At(int scale)
    {
        if (_ceiling is not null || scale == AdaptiveScale.Whole)
            return scale == Scale ? this : Ceiling.At(scale);
        // Nearly all calls find the scale of the one before.
        if (_lastScaled is { } last && last.Scale == scale && ReferenceEquals(last._ceiling, this))
            return last;
        var scaled = (RateLimitRule)MemberwiseClone();
        (scaled._ceiling, scaled._lastScaled, scaled.Scale) = (this, null, scale);
        scaled.TakePartOf(this);
        return _lastScaled = scaled;
    }

    /// <summary>
    /// The demand of a call as it is judged by the values of this rule. What must stay free is the same fraction of them. A call that is larger than the lowered limit is admitted where the limit is whole,
    /// and what it takes is paid off in full: else it could not be made until the limit has grown.
    /// </summary>
    /// <param name="demand">The demand of the call on the limit.</param>
    public virtual LimitDemand InScale(in LimitDemand demand)
    {
        if (_ceiling is null || demand.Need <= 0 || demand.Need > _ceiling.LimitMicros)
            return demand;
        var headroom = AdaptiveScale.Down(demand.Headroom, Scale);
        return demand with { Need = Math.Min(demand.Need - demand.Headroom + headroom, LimitMicros), Headroom = headroom };
    }

    /// <inheritdoc/>
    public override DecisionOutcome? DenialOutcome => IsThrottle ? DecisionOutcome.Throttled : DecisionOutcome.RateLimited;

    internal override string? DisplayName => RateLimit.Name;

    private protected override long Whole => LimitMicros;

    private protected override IReadOnlyDictionary<string, decimal> Headroom => RateLimit.PriorityHeadroom;

    internal override string ReplacementKey { get; }

    internal override string OrderKey => Id;

    /// <summary>The numbers that a store has computed for one scope, as the reading that all rate limits share.</summary>
    /// <param name="numbers">The numbers.</param>
    public abstract LimitReading ReadingOf(in RateLimitNumbers numbers);

    /// <summary>The exact time until the whole limit is there again, if nobody takes from it; zero when it is, null when it never will be.</summary>
    /// <param name="reading">The reading of the limit for one scope.</param>
    public abstract TimeSpan? FullIn(LimitReading reading);

    /// <summary>The exact time until the limit has room for an amount that it refuses, if nobody else takes from it; null when it never will.</summary>
    /// <param name="numbers">The numbers that a store has computed for one scope.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    public abstract TimeSpan? Wait(in RateLimitNumbers numbers, long needMicros);

    /// <summary>The exact time until the limit has room for a call that it refuses, if nobody else takes from it; null when it never will.</summary>
    /// <param name="numbers">The numbers that a store has computed for one scope.</param>
    /// <param name="demand">The demand of the call.</param>
    /// <param name="maxWait">The longest time that the call waits, which matters only where <see cref="IsQueue"/>.</param>
    public virtual TimeSpan? Wait(in RateLimitNumbers numbers, in LimitDemand demand, TimeSpan maxWait) => Wait(numbers, demand.Need);

    /// <summary>The exact time until the limit has room for a call that it refuses, its pause included, if nobody else takes from it; null when it never will.</summary>
    /// <param name="numbers">The numbers that a store has computed for one scope, by the values of this rule.</param>
    /// <param name="demand">The demand of the call.</param>
    /// <param name="maxWait">The longest time that the call waits, which matters only where <see cref="IsQueue"/>.</param>
    /// <param name="pausedFor">The rest of the limit's pause; zero for none.</param>
    public TimeSpan? Wait(in RateLimitNumbers numbers, in LimitDemand demand, TimeSpan maxWait, TimeSpan pausedFor) =>
        Wait(numbers, InScale(demand), maxWait) is not { } wait ? null : wait > pausedFor ? wait : pausedFor;

    /// <summary>The exact time until the turn of a call that the limit has let in; zero where the limit is no queue.</summary>
    /// <param name="numbers">The numbers that a store has computed for one scope, after the call has taken.</param>
    /// <param name="takenMicros">The amount that the call has taken, in micros.</param>
    public virtual TimeSpan TurnIn(in RateLimitNumbers numbers, long takenMicros) => TimeSpan.Zero;

    /// <inheritdoc/>
    public override decimal ToDecimal(long amount) => UnitAmount.FromMicros(amount);

    /// <summary>The text that a limit for one id shares with the limits for each id that it replaces.</summary>
    internal static string ReplacementKeyOf(RateLimit limit) => NameOf(limit, "rate", explicitId: null);

    /// <summary>Takes a part of the values of the ceiling, <see cref="Scale"/> of them, for this rule.</summary>
    private protected abstract void TakePartOf(RateLimitRule ceiling);

    /// <summary>Has what this process remembers of one scope made in the type that the algorithm keeps it in.</summary>
    internal abstract TResult Remember<TResult>(IRateLimitMemoryMaker<TResult> maker);

    private static string NameOf(RateLimit limit, string stateName, string? explicitId) =>
        DerivedId.RateLimitName(limit.Scope.Kind, stateName, explicitId, limit.Unit, limit.Enforcement, limit.Filter);

    private static RateLimit Checked(RateLimit rateLimit, RateLimitTraits traits)
    {
        ArgumentNullException.ThrowIfNull(rateLimit);
        if (rateLimit.Algorithm != traits.Algorithm)
            throw new ArgumentException($"The rate limit '{rateLimit.Id}' is a {rateLimit.Algorithm}, not a {traits.Algorithm}.", nameof(rateLimit));
        foreach (var (member, problem) in traits.Errors(rateLimit))
            throw new ArgumentException($"{member} of the rate limit '{rateLimit.Id}' {problem}.", member);
        return rateLimit;
    }
}
