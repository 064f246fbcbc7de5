using System.Runtime.CompilerServices;

namespace BudgetFirewall.Storage;

/// <summary>A token bucket as a store needs it, in whole micros (10⁻⁶ token). Immutable.</summary>
public sealed class TokenBucketRule : LimitRule
{
    /// <summary>The rule of a rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <param name="source">The place that the limit's definition comes from.</param>
    /// <param name="replacedId">The id of the limit that this one replaces; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    public TokenBucketRule(RateLimit rateLimit, LimitSource source = LimitSource.Configuration, string? replacedId = null)
        : base(LimitKind.RateLimit, Checked(rateLimit).Id, NameOf(rateLimit, rateLimit.ExplicitId), rateLimit.Scope, rateLimit.Unit, rateLimit.Enforcement == Enforcement.Shadow, rateLimit.Filter, source, replacedId)
    {
        RateLimit = rateLimit;
        CapacityMicros = (long)(rateLimit.Capacity * UnitAmount.MicrosPerUnit);
        RefillMicrosPerSecond = (long)(rateLimit.RefillPerSecond * UnitAmount.MicrosPerUnit);
    }

    /// <summary>The rate limit.</summary>
    public RateLimit RateLimit { get; }

    /// <summary>The most the bucket holds, in micros.</summary>
    public long CapacityMicros { get; }

    /// <summary>The amount that comes back per second, in micros.</summary>
    public long RefillMicrosPerSecond { get; }

    /// <summary>The level of a bucket that was never taken from.</summary>
    public TokenBucketLevel Full => new(CapacityMicros, 0);

    internal override string ReplacementKey => ReplacementKeyOf(RateLimit);

    internal override string OrderKey => Id;

    /// <summary>The text that a limit for one id shares with the limits for each id that it replaces.</summary>
    internal static string ReplacementKeyOf(RateLimit limit) => NameOf(limit, givenId: null);

    /// <summary>The verdict on an amount, which fits while the bucket has at least as much.</summary>
    /// <param name="level">The level of the bucket now.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Judgement Judge(in TokenBucketLevel level, long needMicros) => needMicros <= 0 || needMicros <= level.Micros
        ? Judgement.Admitted
        : Judgement.NoRoom(IsShadow, Wait(level, needMicros));

    /// <summary>The exact time until the bucket has an amount, if nobody else takes from it; null when it never will.</summary>
    /// <param name="level">The level of the bucket now.</param>
    /// <param name="needMicros">The amount that must be there, in micros.</param>
    public TimeSpan? Wait(in TokenBucketLevel level, long needMicros) =>
        level.MicrosecondsUntil(needMicros, CapacityMicros, RefillMicrosPerSecond) is { } wait ? TimeSpan.FromTicks(wait * TimeSpan.TicksPerMicrosecond) : null;

    /// <summary>The exact time until the bucket of a reading is full, if nobody uses it; zero when it is full, null when it never will be.</summary>
    /// <param name="reading">The bucket's reading, which <see cref="TokenBucketLevel.ToReading"/> has made.</param>
    public TimeSpan? FullIn(LimitReading reading) => Wait(TokenBucketLevel.Of(reading), CapacityMicros);

    /// <inheritdoc/>
    public override decimal ToDecimal(long amount) => UnitAmount.FromMicros(amount);

    private static string NameOf(RateLimit limit, string? givenId) =>
        DerivedId.BucketName(limit.Scope.Kind, givenId, limit.Unit, limit.Enforcement == Enforcement.Shadow, limit.Filter);

    private static RateLimit Checked(RateLimit rateLimit)
    {
        ArgumentNullException.ThrowIfNull(rateLimit);
        return rateLimit;
    }
}
