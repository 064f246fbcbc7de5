namespace BudgetFirewall.Storage;

/// <summary>A fixed window as a store needs it, in whole micros (10⁻⁶ of a permit or unit). Immutable.</summary>
/// <remarks>A store keeps of a scope the start of the window, the time of the last take and the sum. The sum counts for as long as the last take lies in the present window.</remarks>
public sealed class FixedWindowRule : RateLimitRule
{
    /// <summary>The third of the <see cref="ValuesAt"/> of windows that begin with the first request.</summary>
    public const long FromFirstRequest = 9_000_000_000_000_000;

    private static readonly long EpochMicroseconds = DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond;

    private readonly ZonedWindows? _zoned;
    private long _limitMicros;

    /// <summary>The rule of a rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <param name="source">The place that the limit's definition comes from.</param>
    /// <param name="replacedId">The id of the limit that this one replaces; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    /// <exception cref="ArgumentException">A value that the algorithm needs is missing, or one of another algorithm is given.</exception>
    public FixedWindowRule(RateLimit rateLimit, LimitSource source = LimitSource.Configuration, string? replacedId = null)
        : base(rateLimit, Traits, source, replacedId)
    {
        _limitMicros = (long)(rateLimit.Limit!.Value * UnitAmount.MicrosPerUnit);
        WindowMicroseconds = rateLimit.Window!.Value.Ticks / TimeSpan.TicksPerMicrosecond;
        IsFromFirstRequest = rateLimit.Alignment == WindowAlignment.FirstRequest;
        TimeZones = rateLimit.Alignment is { TimeZone: not null } alignment ? [alignment.ToString()] : [];
        _zoned = rateLimit.Alignment?.TimeZone is { } timeZone ? new(timeZone, new EvenSpacing(rateLimit.Window.Value.Ticks)) : null;
        Schedule(rateLimit.Schedule, row => new FixedWindowRule(rateLimit.In(row), source, replacedId));
    }

    internal static RateLimitTraits Traits { get; } =
        new(RateLimitAlgorithm.FixedWindow, "fixed_window", Needed: [nameof(RateLimit.Limit), nameof(RateLimit.Window)], Optional: [nameof(RateLimit.Alignment)], Ceiling: nameof(RateLimit.Limit));

    /// <inheritdoc/>
    public override long LimitMicros => _limitMicros;

    /// <inheritdoc/>
    public override long AdaptedMicros => _limitMicros;

    /// <inheritdoc/>
    public override TimeSpan? Window => RateLimit.Window;

    internal long WindowMicroseconds { get; }

    /// <summary>True when windows begin with the first request that takes something.</summary>
    internal bool IsFromFirstRequest { get; }

    /// <summary>True for windows by the clock of a time zone.</summary>
    public override bool ChangesWithTime => _zoned is not null;

    /// <summary>The window that the time lies in, for windows by the clock of a time zone; null for others.</summary>
    /// <param name="now">The store's time.</param>
    public override PeriodWindow? ValidityAt(DateTimeOffset now) => _zoned?.At(now.UtcTicks);

    /// <summary>
    /// The limit in micros; the length of a window in microseconds; and the start of a window in microseconds since 1970, or <see cref="FromFirstRequest"/>.
    /// </summary>
    /// <param name="now">The store's time, which matters for windows by the clock of a time zone.</param>
    public override RateLimitNumbers ValuesAt(DateTimeOffset now)
    {
        if (_zoned is not null)
        {
            var (start, end) = WindowAt(now.UtcTicks / TimeSpan.TicksPerMicrosecond);
            return new(LimitMicros, end - start, start - EpochMicroseconds);
        }
        var untilEpoch = EpochMicroseconds % WindowMicroseconds;
        return new(LimitMicros, WindowMicroseconds, IsFromFirstRequest ? FromFirstRequest : untilEpoch == 0 ? 0 : WindowMicroseconds - untilEpoch);
    }

    /// <inheritdoc/>
    /// <param name="numbers">The micros that are left, any number, and the microseconds until the window ends, 0 when nothing is taken.</param>
    public override LimitReading ReadingOf(in RateLimitNumbers numbers) => LimitReading.OfRateLimit(numbers.First, numbers.Third);

    /// <inheritdoc/>
    public override TimeSpan? FullIn(LimitReading reading) => TimeSpan.FromTicks(reading.PackedState * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    /// <param name="numbers">The micros that are left, any number, and the microseconds until the window ends.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    public override TimeSpan? Wait(in RateLimitNumbers numbers, long needMicros) =>
        needMicros > LimitMicros ? null : needMicros <= numbers.First ? TimeSpan.Zero : TimeSpan.FromTicks(numbers.Third * TimeSpan.TicksPerMicrosecond);

    internal override TResult Remember<TResult>(IRateLimitMemoryMaker<TResult> maker) => maker.Make(new FixedWindowMemory(this));

    private protected override void TakePartOf(RateLimitRule ceiling) => _limitMicros = AdaptiveScale.Up(ceiling.LimitMicros, Scale);

    /// <summary>The window by a clock that a time lies in; all times are microseconds since the year 1.</summary>
    internal (long Start, long End) WindowAt(long microseconds)
    {
        if (_zoned is null)
        {
            var start = microseconds - (microseconds % WindowMicroseconds);
            return (start, start + WindowMicroseconds);
        }
        var (begin, end) = _zoned.At(microseconds * TimeSpan.TicksPerMicrosecond);
        return (begin.Ticks / TimeSpan.TicksPerMicrosecond, end.Ticks / TimeSpan.TicksPerMicrosecond);
    }
}
