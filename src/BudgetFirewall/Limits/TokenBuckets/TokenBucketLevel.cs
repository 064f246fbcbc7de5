namespace BudgetFirewall.Storage;

/// <summary>
/// The level of a token bucket, exactly: whole micros (10⁻⁶ token) and, beside them, whole picos (10⁻¹² token, below a micro).
/// </summary>
/// <remarks>
/// A bucket that refills r micros a second gains r picos a microsecond, so that continuous refill is whole-number arithmetic.
/// Two limbs, each below 2⁵³, let a store without wide integers compute the same.
/// </remarks>
/// <param name="Micros">Whole micros; below zero after a charge of more than was there.</param>
/// <param name="Picos">The rest, 0 to 999,999 picos.</param>
public readonly record struct TokenBucketLevel(long Micros, long Picos)
{
    /// <summary>The lowest level: charges take a bucket no lower than 9,000,000,000 tokens below zero.</summary>
    public const long FloorMicros = -9_000_000_000_000_000;

    private const long PicosPerMicro = 1_000_000;

    // As picos, it leaves 64 bits room for the other terms of a division, and no wait is beyond the longest.
    private const long FewMicros = 900_000_000_000;

    // Clocks are often corrected by fractions of a second. Waits ignore such corrections, and are too short by no more than that.
    private const long SmallCorrectionMicroseconds = 1_000_000;

    // 106 days.
    private const long MostPackedMicroseconds = long.MaxValue / PicosPerMicro - 1;

    /// <summary>
    /// The time in microseconds, 0 or more, until the store's clock reaches the moment of this level. It is above 0 only after that clock was set back:
    /// the same time does not refill twice, so refilling goes on from that moment.
    /// </summary>
    public long AheadMicroseconds { get; init; }

    /// <summary>The level as the reading of a rate limit. In it, a clock that was set back by more than 106 days counts as set back by 106 days.</summary>
    public LimitReading ToReading() => LimitReading.OfRateLimit(Micros, AheadMicroseconds == 0 ? Picos : (Math.Min(AheadMicroseconds, MostPackedMicroseconds) * PicosPerMicro) + Picos);

    /// <summary>The level of a reading.</summary>
    internal static TokenBucketLevel Of(LimitReading reading) =>
        new(reading.Available, reading.PackedState % PicosPerMicro) { AheadMicroseconds = reading.PackedState / PicosPerMicro };

    /// <summary>The level after some time: refilled, at most to the capacity.</summary>
    /// <param name="elapsedMicroseconds">The time since the level was true; negative counts as none.</param>
    /// <param name="capacityMicros">The most the bucket holds.</param>
    /// <param name="refillMicrosPerSecond">The micros that come back per second.</param>
    public TokenBucketLevel Refill(long elapsedMicroseconds, long capacityMicros, long refillMicrosPerSecond)
    {
        if (Micros >= capacityMicros)
            return new(capacityMicros, 0);
        if (elapsedMicroseconds <= 0 || refillMicrosPerSecond == 0)
            return this;
        // Nearly always 64 bits are enough, and dividing them takes a fraction of the time.
        if (Math.BigMul(elapsedMicroseconds, refillMicrosPerSecond, out var low) == 0 && low is >= 0 and <= long.MaxValue - PicosPerMicro)
        {
            var (added, rest) = Math.DivRem(low + Picos, PicosPerMicro);
            return added + Micros >= capacityMicros ? new(capacityMicros, 0) : new(added + Micros, rest);
        }
        var picos = (Int128)elapsedMicroseconds * refillMicrosPerSecond + Picos;
        var micros = picos / PicosPerMicro + Micros;
        return micros >= capacityMicros ? new(capacityMicros, 0) : new((long)micros, (long)(picos % PicosPerMicro));
    }

    /// <summary>The level after taking, below zero if need be, or after giving back a negative amount, at most to the capacity.</summary>
    /// <param name="takeMicros">The micros that are taken; a negative amount is given back.</param>
    /// <param name="capacityMicros">The most the bucket holds.</param>
    public TokenBucketLevel Take(long takeMicros, long capacityMicros)
    {
        var micros = (Int128)Micros - takeMicros;
        if (micros >= capacityMicros)
            return this with { Micros = capacityMicros, Picos = 0 };
        return micros < FloorMicros ? this with { Micros = FloorMicros, Picos = 0 } : this with { Micros = (long)micros };
    }

    /// <summary>
    /// Microseconds by the store's clock, rounded up, until the bucket has an amount; 0 when it has, null when it never will. A clock that was set back by more than a second
    /// is waited for; by up to a second it is not, and the bucket is that much later.
    /// </summary>
    /// <param name="needMicros">The amount waited for.</param>
    /// <param name="capacityMicros">The most the bucket holds.</param>
    /// <param name="refillMicrosPerSecond">The micros that come back per second.</param>
    public long? MicrosecondsUntil(long needMicros, long capacityMicros, long refillMicrosPerSecond)
    {
        if (needMicros <= Micros)
            return 0;
        if (needMicros > capacityMicros || refillMicrosPerSecond == 0)
            return null;
        var ahead = AheadMicroseconds > SmallCorrectionMicroseconds ? AheadMicroseconds : 0;
        // Nearly always 64 bits are enough, and dividing them takes a fraction of the time.
        if (needMicros - Micros <= FewMicros && refillMicrosPerSecond <= FewMicros && ahead <= FewMicros)
            return ShortDivision.Ceiling(((needMicros - Micros) * PicosPerMicro) - Picos, refillMicrosPerSecond) + ahead;
        var missingPicos = (((Int128)needMicros - Micros) * PicosPerMicro) - Picos;
        var wait = ((missingPicos + refillMicrosPerSecond - 1) / refillMicrosPerSecond) + ahead;
        return wait > long.MaxValue / 10 ? long.MaxValue / 10 : (long)wait;
    }
}
