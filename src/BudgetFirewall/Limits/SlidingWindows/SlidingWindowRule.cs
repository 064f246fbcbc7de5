namespace BudgetFirewall.Storage;

/// <summary>A sliding window as a store needs it, in whole micros (10⁻⁶ of a permit or unit). Immutable.</summary>
/// <remarks>
/// A store keeps the takes of a scope, each with its time. A take counts until the window's length has passed since. Once there are <see cref="ExactTakes"/> of them,
/// a take in the same <see cref="SlotMicroseconds"/> as the one before is added to that, and both count from the later time: fewer than twice as many are ever kept.
/// </remarks>
public sealed class SlidingWindowRule : RateLimitRule
{
    /// <summary>The number of takes up to which each is kept by itself.</summary>
    public const int ExactTakes = 1_000;

    private long _limitMicros;

    /// <summary>The rule of a rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <param name="source">The place that the limit's definition comes from.</param>
    /// <param name="replacedId">The id of the limit that this one replaces; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    /// <exception cref="ArgumentException">A value that the algorithm needs is missing, or one of another algorithm is given.</exception>
    public SlidingWindowRule(RateLimit rateLimit, LimitSource source = LimitSource.Configuration, string? replacedId = null)
        : base(rateLimit, Traits, source, replacedId)
    {
        _limitMicros = (long)(rateLimit.Limit!.Value * UnitAmount.MicrosPerUnit);
        WindowMicroseconds = rateLimit.Window!.Value.Ticks / TimeSpan.TicksPerMicrosecond;
        SlotMicroseconds = WindowMicroseconds / ExactTakes;
        Schedule(rateLimit.Schedule, row => new SlidingWindowRule(rateLimit.In(row), source, replacedId));
    }

    internal static RateLimitTraits Traits { get; } =
        new(RateLimitAlgorithm.SlidingWindow, "sliding_window", Needed: [nameof(RateLimit.Limit), nameof(RateLimit.Window)], Optional: [], Ceiling: nameof(RateLimit.Limit));

    /// <inheritdoc/>
    public override long LimitMicros => _limitMicros;

    /// <inheritdoc/>
    public override long AdaptedMicros => _limitMicros;

    /// <inheritdoc/>
    public override TimeSpan? Window => RateLimit.Window;

    /// <summary>The span in which takes are added up, in microseconds, where there are many: a thousandth of the window.</summary>
    public long SlotMicroseconds { get; }

    internal long WindowMicroseconds { get; }

    /// <summary>The limit in micros, and the length of the window in microseconds.</summary>
    /// <param name="now">The store's time; it does not matter.</param>
    public override RateLimitNumbers ValuesAt(DateTimeOffset now) => new(LimitMicros, WindowMicroseconds, 0);

    /// <inheritdoc/>
    /// <param name="numbers">The micros that are left; the microseconds until what is needed fits; and those until nothing is taken any more.</param>
    public override LimitReading ReadingOf(in RateLimitNumbers numbers) => LimitReading.OfRateLimit(numbers.First, numbers.Third);

    /// <inheritdoc/>
    public override TimeSpan? FullIn(LimitReading reading) => TimeSpan.FromTicks(reading.PackedState * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    /// <param name="numbers">The micros that are left; the microseconds until what is needed fits; and those until nothing is taken any more.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    public override TimeSpan? Wait(in RateLimitNumbers numbers, long needMicros) =>
        needMicros > LimitMicros ? null : needMicros <= numbers.First ? TimeSpan.Zero : TimeSpan.FromTicks(numbers.Second * TimeSpan.TicksPerMicrosecond);

    internal override TResult Remember<TResult>(IRateLimitMemoryMaker<TResult> maker) => maker.Make(new SlidingWindowMemory(this));

    private protected override void TakePartOf(RateLimitRule ceiling) => _limitMicros = AdaptiveScale.Up(ceiling.LimitMicros, Scale);
}
