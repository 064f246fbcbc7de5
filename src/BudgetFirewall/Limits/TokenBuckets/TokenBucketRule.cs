using System.Runtime.CompilerServices;

namespace BudgetFirewall.Storage;

/// <summary>A token bucket as a store needs it, in whole micros (10⁻⁶ token). Immutable.</summary>
public sealed class TokenBucketRule : RateLimitRule
{
    /// <summary>The rule of a rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <param name="source">The place that the limit's definition comes from.</param>
    /// <param name="replacedId">The id of the limit that this one replaces; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    /// <exception cref="ArgumentException">A value that the algorithm needs is missing, or one of another algorithm is given.</exception>
    public TokenBucketRule(RateLimit rateLimit, LimitSource source = LimitSource.Configuration, string? replacedId = null)
        : base(rateLimit, Traits, source, replacedId)
    {
        CapacityMicros = (long)(rateLimit.Capacity!.Value * UnitAmount.MicrosPerUnit);
        RefillMicrosPerSecond = (long)(rateLimit.RefillPerSecond!.Value * UnitAmount.MicrosPerUnit);
        Window = WindowOf(rateLimit.Capacity.Value, rateLimit.RefillPerSecond.Value);
        Schedule(rateLimit.Schedule, row => new TokenBucketRule(rateLimit.In(row), source, replacedId));
    }

    internal static RateLimitTraits Traits { get; } =
        new(RateLimitAlgorithm.TokenBucket, "rate", Needed: [nameof(RateLimit.Capacity), nameof(RateLimit.RefillPerSecond)], Optional: [], Ceiling: nameof(RateLimit.RefillPerSecond));

    /// <summary>The most the bucket holds, in micros.</summary>
    public long CapacityMicros { get; private set; }

    /// <summary>The amount that comes back per second, in micros.</summary>
    public long RefillMicrosPerSecond { get; private set; }

    /// <summary>The level of a bucket that was never taken from.</summary>
    public TokenBucketLevel Full => new(CapacityMicros, 0);

    /// <inheritdoc/>
    public override long LimitMicros => CapacityMicros;

    /// <inheritdoc/>
    public override long AdaptedMicros => RefillMicrosPerSecond;

    /// <inheritdoc/>
    public override TimeSpan? Window { get; }

    /// <summary>The capacity and the refill per second, in micros.</summary>
    /// <param name="now">The store's time; it does not matter.</param>
    public override RateLimitNumbers ValuesAt(DateTimeOffset now) => new(CapacityMicros, RefillMicrosPerSecond, 0);

    /// <summary>The verdict on an amount, which fits while the bucket has at least as much.</summary>
    /// <param name="level">The level of the bucket now.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Judgement Judge(in TokenBucketLevel level, long needMicros) => needMicros <= 0 || needMicros <= level.Micros
        ? Judgement.Admitted
        : NoRoom(Wait(level, needMicros));

    /// <summary>The exact time until the bucket has an amount, if nobody else takes from it; null when it never will.</summary>
    /// <param name="level">The level of the bucket now.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    public TimeSpan? Wait(in TokenBucketLevel level, long needMicros) =>
        level.MicrosecondsUntil(needMicros, CapacityMicros, RefillMicrosPerSecond) is { } wait ? TimeSpan.FromTicks(wait * TimeSpan.TicksPerMicrosecond) : null;

    /// <summary>The exact time until the bucket of a reading is full, if nobody uses it; zero when it is full, null when it never will be.</summary>
    /// <param name="reading">The bucket's reading, which <see cref="TokenBucketLevel.ToReading"/> has made.</param>
    public override TimeSpan? FullIn(LimitReading reading) => Wait(TokenBucketLevel.Of(reading), CapacityMicros);

    /// <inheritdoc/>
    /// <param name="numbers">The members of a <see cref="TokenBucketLevel"/>, in their order.</param>
    public override LimitReading ReadingOf(in RateLimitNumbers numbers) => LevelOf(numbers).ToReading();

    /// <inheritdoc/>
    /// <param name="numbers">The members of a <see cref="TokenBucketLevel"/>, in their order.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    public override TimeSpan? Wait(in RateLimitNumbers numbers, long needMicros) => Wait(LevelOf(numbers), needMicros);

    internal override TResult Remember<TResult>(IRateLimitMemoryMaker<TResult> maker) => maker.Make(new TokenBucketMemory(this));

    private protected override void TakePartOf(RateLimitRule ceiling)
    {
        var whole = (TokenBucketRule)ceiling;
        CapacityMicros = AdaptiveScale.Up(whole.CapacityMicros, Scale);
        RefillMicrosPerSecond = AdaptiveScale.Up(whole.RefillMicrosPerSecond, Scale);
    }

    private static TokenBucketLevel LevelOf(in RateLimitNumbers numbers) => new(numbers.First, numbers.Second) { AheadMicroseconds = numbers.Third };

    // The longest time stands for all that are longer.
    private static TimeSpan? WindowOf(decimal capacity, decimal refillPerSecond)
    {
        if (refillPerSecond == 0)
            return null;
        var ticks = decimal.Ceiling(capacity / refillPerSecond * TimeSpan.TicksPerSecond);
        return ticks >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)ticks);
    }
}
