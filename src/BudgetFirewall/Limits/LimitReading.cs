namespace BudgetFirewall.Storage;

/// <summary>
/// The situation of one limit for one scope: of a budget the spent and held amounts and its allowance, of a rate limit the available amount and the rest of its
/// state, from which the limit's rule works out more when somebody asks. The rule at the same index says which of the two it is. Immutable.
/// </summary>
public readonly record struct LimitReading
{
    private const int ScaleBits = 20;
    private const long ScaleMask = (1 << ScaleBits) - 1;

    private readonly long _first;
    private readonly long _second;

    // Of a budget its allowance. Of an adaptive limit below its ceiling: what is left of its pause in microseconds, and in the lowest bits the part of the ceiling; 0: it is at its ceiling and
    // has no pause.
    private readonly long _third;

    private LimitReading(long first, long second, long third = 0) => (_first, _second, _third) = (first, second, third);

    /// <summary>The amount charged to a budget in the period, in nanos or micros.</summary>
    public long Spent => _first;

    /// <summary>The amount that open reservations have set aside in a budget, in nanos or micros.</summary>
    public long Held => _second;

    /// <summary>The allowance of a budget, which raises its limit in the period, in nanos or micros; mostly 0.</summary>
    public long Allowance => _third;

    /// <summary>The amount that may be taken from a rate limit now, in micros; below zero after a charge of more than was there.</summary>
    public long Available => _first;

    /// <summary>The rest of a rate limit's state, as the rule of its algorithm packs it.</summary>
    public long PackedState => _second;

    /// <summary>The part of the ceiling that an adaptive rate limit is at, in millionths; 1,000,000 for all other rate limits.</summary>
    public int Scale => _third == 0 ? AdaptiveScale.Whole : (int)(_third & ScaleMask);

    /// <summary>The rest of the pause of an adaptive rate limit; zero when it has none.</summary>
    public TimeSpan PausedFor => TimeSpan.FromTicks((_third >> ScaleBits) * TimeSpan.TicksPerMicrosecond);

    /// <summary>True when a rate limit stands as in another reading, whether or not it has a pause by now.</summary>
    internal bool IsLevelOf(LimitReading other) => _first == other._first && _second == other._second && Scale == other.Scale;

    /// <summary>The reading of a budget.</summary>
    /// <param name="spent">The amount charged.</param>
    /// <param name="held">The amount set aside.</param>
    /// <param name="allowance">The allowance, 0 or more.</param>
    public static LimitReading OfBudget(long spent, long held, long allowance = 0) => new(spent, held, allowance);

    /// <summary>The reading of a rate limit.</summary>
    /// <param name="available">The amount that may be taken, in micros.</param>
    /// <param name="packedState">The rest of the state, as the rule of the algorithm packs it.</param>
    public static LimitReading OfRateLimit(long available, long packedState) => new(available, packedState);

    /// <summary>The same reading, of an adaptive rate limit.</summary>
    /// <param name="scale">The part of the ceiling by which the reading was made, 1 to 1,000,000 millionths.</param>
    /// <param name="pausedFor">The rest of the limit's pause, 0 to 24 hours.</param>
    public LimitReading Adapted(int scale, TimeSpan pausedFor) => new(
        _first, _second, scale == AdaptiveScale.Whole && pausedFor == TimeSpan.Zero ? 0 : ((pausedFor.Ticks / TimeSpan.TicksPerMicrosecond) << ScaleBits) | (long)scale);
}
