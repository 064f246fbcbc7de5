namespace BudgetFirewall;

/// <summary>
/// A limit on how much of a scope may go on per time. Its <see cref="Algorithm"/> says how it counts, and which of its values it needs: a limit with a value
/// missing, or with one of another algorithm, is refused at start.
/// Compares by content and copies the collections it is given. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Without <see cref="Unit"/> a check, reserve or spend takes its <see cref="BudgetRequest.Permits"/>; charge, commit and release take nothing.
/// With a unit it takes that unit of the expected usage and the commit settles the difference, even if the level falls below zero;
/// a check only requires the expected amount to be there, and a charge takes the actual one. A release gives nothing back: the call may have been made.
/// A limit for one id replaces the limits for each id of the same kind, unit and filters; a shadow replaces, and is replaced by, shadows only.
/// </remarks>
/// <example><code>
/// var burst = RateLimit.TokenBucket(BudgetScope.Provider("finnhub"), capacity: 10, refillPerSecond: 2);
/// var minute = RateLimit.FixedWindow(BudgetScope.Provider("finnhub"), limit: 60, window: TimeSpan.FromMinutes(1));
/// var tokens = new RateLimit { Scope = BudgetScope.Each("user"), Capacity = 200_000, RefillPerSecond = 3_333, Unit = "input_tokens" };
/// </code></example>
public sealed record RateLimit
{
    /// <summary>The scope that is limited: one id of a kind, or each id of the kind by itself.</summary>
    /// <exception cref="ArgumentException">The value is the default scope.</exception>
    public required BudgetScope Scope { get; init => field = value.Checked(nameof(Scope)); }

    /// <summary>The way in which the limit counts. Default: a token bucket.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration.</exception>
    public RateLimitAlgorithm Algorithm { get; init => field = CheckAlgorithm(value); }

    /// <summary>The most tokens that a token bucket holds: 0.000001 to 9,000,000,000 in steps of 0.000001. Null for other algorithms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public decimal? Capacity { get; init => field = CheckAmount(value, nameof(Capacity), isZeroAllowed: false); }

    /// <summary>
    /// The tokens that come back to a token bucket per second: 0 to 9,000,000,000 in steps of 0.000001. With 0 nothing comes back. Null for other algorithms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public decimal? RefillPerSecond { get; init => field = CheckAmount(value, nameof(RefillPerSecond), isZeroAllowed: true); }

    /// <summary>
    /// The most that a fixed or sliding window lets through: 0.000001 to 9,000,000,000 in steps of 0.000001. Null for other algorithms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public decimal? Limit { get; init => field = CheckAmount(value, nameof(Limit), isZeroAllowed: false); }

    /// <summary>The length of a fixed or sliding window: 1 millisecond to 366 days in whole milliseconds. Null for other algorithms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or not in whole milliseconds.</exception>
    public TimeSpan? Window { get; init => field = CheckWindow(value); }

    /// <summary>The place of fixed windows in time. Null: by the clock of UTC, and for other algorithms.</summary>
    public WindowAlignment? Alignment { get; init; }

    /// <summary>The permits or units that may begin per second in a leaky bucket: 0.000001 to 9,000,000,000 in steps of 0.000001. Null for other algorithms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public decimal? RatePerSecond { get; init => field = CheckAmount(value, nameof(RatePerSecond), isZeroAllowed: false); }

    /// <summary>
    /// The most permits or units that wait in a leaky bucket: 0 to 9,000,000,000 in steps of 0.000001. A call that finds more before it is refused; one
    /// of more than may wait and one permit or unit is never admitted. With 0 nothing waits. Null: no bound of its own, and for other algorithms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public decimal? QueueLimit { get; init => field = CheckAmount(value, nameof(QueueLimit), isZeroAllowed: true); }

    /// <summary>
    /// The longest time that a call waits for its turn in a leaky bucket: 0 to 24 hours in whole milliseconds. A call whose turn comes later is refused; so is one whose turn
    /// comes later than its own <see cref="BudgetRequest.MaxWait"/>. Null: no bound of its own, and for other algorithms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or not in whole milliseconds.</exception>
    public TimeSpan? MaxWait { get; init => field = WaitRange.CheckMilliseconds(value, nameof(MaxWait)); }

    /// <summary>
    /// The way in which the limit follows what the provider says; null: it stays as it is. Its own value is the ceiling then. See <see cref="IRateLimitCatalog.ReportAsync"/>.
    /// </summary>
    public AdaptiveRate? Adaptive { get; init; }

    /// <summary>
    /// Other values at certain hours of the week, at most 32 rows; empty: none. Of the rows in force the first one counts, and what it does not give is as at other times.
    /// What was taken stays, whichever row is in force. A token bucket refills by the values that are in force when it is asked.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than 32 rows, or one of them is null or gives no value.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value of a row is outside the range or has more decimal places than are counted.</exception>
    public IReadOnlyList<ScheduleRow> Schedule { get; init => field = CheckSchedule(value); } = [];

    /// <summary>The usage unit that is taken; null when a request takes its permits.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Unit { get; init => field = Identifier.CheckOptional(value, nameof(Unit)); }

    /// <summary>
    /// The effect on a request that does not fit: hard or shadow. A shadow counts by itself, and a request that it would refuse takes nothing from it.
    /// Default: hard.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither <see cref="Enforcement.Hard"/> nor <see cref="Enforcement.Shadow"/>.</exception>
    public Enforcement Enforcement { get; init => field = CheckEnforcement(value); } = Enforcement.Hard;

    /// <summary>False when the limit is to be treated as absent: it neither limits nor replaces another. Default: true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>The providers whose requests are limited; empty: all.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Providers { get; init => field = RequestFilter.CheckNames(value, nameof(Providers)); } = [];

    /// <summary>The models whose requests are limited; empty: all, and those without a model. See <see cref="CountsRequestsWithoutModel"/>.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Models { get; init => field = RequestFilter.CheckNames(value, nameof(Models)); } = [];

    /// <summary>The operations whose requests are limited; empty: all.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Operations { get; init => field = RequestFilter.CheckNames(value, nameof(Operations)); } = [];

    /// <summary>
    /// The dimensions of the requests that are limited, as kind and ids: of each kind that is named here a request must have one of the ids. Empty: all requests, with
    /// dimensions or without. Kinds and ids are kept in ordinal order, without repetitions.
    /// </summary>
    /// <exception cref="ArgumentException">A kind is global, provider, project, user or model, or has no ids, or a name is empty, too long or ill-formed.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Dimensions { get; init => field = DimensionFilter.Of(value, nameof(Dimensions)); } = DimensionFilter.None;

    /// <summary>
    /// True when a request that names no model is limited too, although <see cref="Models"/> names some. Without <see cref="Models"/> every request does, and this has no
    /// effect. Default: false.
    /// </summary>
    public bool CountsRequestsWithoutModel { get; init; }

    /// <summary>
    /// The fraction of the capacity or limit that must stay free when a request of a priority is admitted, by <see cref="BudgetRequest.Priority"/>: 0 to 1, in steps of
    /// 0.000001. With 0.3 for <c>batch</c>, requests of that priority may use the limit until 30 % of it are left, and other requests all of it. A priority that is
    /// not named here, and a request without one, keep nothing free. At most 64 priorities. Default: none.
    /// </summary>
    /// <exception cref="ArgumentException">There are too many priorities, or one is empty, too long or ill-formed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A fraction is outside the range or has more decimal places than are counted.</exception>
    public IReadOnlyDictionary<string, decimal> PriorityHeadroom { get; init => field = global::BudgetFirewall.PriorityHeadroom.Copy(value, nameof(PriorityHeadroom)); } = global::BudgetFirewall.PriorityHeadroom.None;

    /// <summary>
    /// The limit's id, 1 to 256 characters; unless given, derived from scope, unit and filters, as <c>provider=finnhub/rate</c> or, for a shadow, <c>provider=finnhub/shadow/rate</c>.
    /// Several limits of one scope and unit, as one for bursts and one for the hour, need ids of their own.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string Id
    {
        get => ExplicitId ?? DerivedId.Of(Scope, Unit, Enforcement, Filter);
        init => ExplicitId = Identifier.Check(value, nameof(Id));
    }

    /// <summary>
    /// A name for people, 1 to 256 characters, that texts show instead of the id; null for none. It is no part of what is counted: renaming a limit keeps what was
    /// taken.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Name { get; init => field = Identifier.CheckOptional(value, nameof(Name)); }

    /// <summary>A token bucket: it starts full and refills continuously.</summary>
    /// <param name="scope">The scope that is limited.</param>
    /// <param name="capacity">The most tokens the bucket holds: 0.000001 to 9,000,000,000 in steps of 0.000001.</param>
    /// <param name="refillPerSecond">Tokens that come back per second: 0 to 9,000,000,000 in steps of 0.000001.</param>
    /// <exception cref="ArgumentException"><paramref name="scope"/> is the default scope.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range or has more decimal places than are counted.</exception>
    public static RateLimit TokenBucket(BudgetScope scope, decimal capacity, decimal refillPerSecond) =>
        new() { Scope = scope, Algorithm = RateLimitAlgorithm.TokenBucket, Capacity = capacity, RefillPerSecond = refillPerSecond };

    /// <summary>A fixed window: at most so much in each of the windows that follow one another. Around the border of two windows twice as much may pass.</summary>
    /// <param name="scope">The scope that is limited.</param>
    /// <param name="limit">The most that a window lets through: 0.000001 to 9,000,000,000 in steps of 0.000001.</param>
    /// <param name="window">The length of a window: 1 millisecond to 366 days in whole milliseconds.</param>
    /// <param name="alignment">The place of the windows in time; null: by the clock of UTC.</param>
    /// <exception cref="ArgumentException"><paramref name="scope"/> is the default scope.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range or has more decimal places than are counted.</exception>
    public static RateLimit FixedWindow(BudgetScope scope, decimal limit, TimeSpan window, WindowAlignment? alignment = null) =>
        new() { Scope = scope, Algorithm = RateLimitAlgorithm.FixedWindow, Limit = limit, Window = window, Alignment = alignment };

    /// <summary>A sliding window: at most so much in any span of its length.</summary>
    /// <remarks>
    /// Takes are remembered one by one, up to a thousand in a window. Beyond that, those that lie within a thousandth of the window count as if all of them had been
    /// made with the last: the limit still holds, and what has been taken becomes free again later by at most that much.
    /// </remarks>
    /// <param name="scope">The scope that is limited.</param>
    /// <param name="limit">The most that a window lets through: 0.000001 to 9,000,000,000 in steps of 0.000001.</param>
    /// <param name="window">The length of the window: 1 millisecond to 366 days in whole milliseconds.</param>
    /// <exception cref="ArgumentException"><paramref name="scope"/> is the default scope.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range or has more decimal places than are counted.</exception>
    public static RateLimit SlidingWindow(BudgetScope scope, decimal limit, TimeSpan window) =>
        new() { Scope = scope, Algorithm = RateLimitAlgorithm.SlidingWindow, Limit = limit, Window = window };

    /// <summary>
    /// A leaky bucket with a queue: calls begin evenly spaced at a rate, and those that come too early wait for their turn. What does not fit the queue is refused, with the time
    /// after which it would.
    /// </summary>
    /// <param name="scope">The scope that is limited.</param>
    /// <param name="ratePerSecond">The permits or units that may begin per second: 0.000001 to 9,000,000,000 in steps of 0.000001.</param>
    /// <param name="queueLimit">The most permits or units that wait: 0 to 9,000,000,000 in steps of 0.000001; null: no bound of its own.</param>
    /// <param name="maxWait">The longest time that a call waits: 0 to 24 hours in whole milliseconds; null: the call's own alone.</param>
    /// <exception cref="ArgumentException"><paramref name="scope"/> is the default scope.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range or has more decimal places than are counted.</exception>
    public static RateLimit LeakyBucket(BudgetScope scope, decimal ratePerSecond, decimal? queueLimit = null, TimeSpan? maxWait = null) =>
        new() { Scope = scope, Algorithm = RateLimitAlgorithm.LeakyBucket, RatePerSecond = ratePerSecond, QueueLimit = queueLimit, MaxWait = maxWait };

    internal string? ExplicitId { get; private init; }

    internal RequestFilter Filter => new(Providers, Models, Operations, (DimensionFilter)Dimensions, CountsRequestsWithoutModel && Models.Count > 0);

    /// <inheritdoc/>
    public bool Equals(RateLimit? other) =>
        other is not null
        && Scope == other.Scope && Algorithm == other.Algorithm && Enforcement == other.Enforcement && Unit == other.Unit && IsActive == other.IsActive && Id == other.Id && Name == other.Name
        && Capacity == other.Capacity && RefillPerSecond == other.RefillPerSecond && Limit == other.Limit && Window == other.Window && Alignment == other.Alignment
        && RatePerSecond == other.RatePerSecond && QueueLimit == other.QueueLimit && MaxWait == other.MaxWait && Adaptive == other.Adaptive
        && ValueCollections.Same(Schedule, other.Schedule) && ValueCollections.Same(Providers, other.Providers) && ValueCollections.Same(Models, other.Models) && ValueCollections.Same(Operations, other.Operations)
        && Dimensions.Equals(other.Dimensions) && CountsRequestsWithoutModel == other.CountsRequestsWithoutModel
        && ValueCollections.Same(PriorityHeadroom, other.PriorityHeadroom);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scope, Algorithm, Capacity ?? Limit ?? QueueLimit, RefillPerSecond ?? RatePerSecond, Window, Enforcement, Unit, Id);

    /// <summary>The limit with the values of a row of its schedule, or with its own.</summary>
    internal RateLimit In(ScheduleRow? row) => this with
    {
        Capacity = row?.Capacity ?? Capacity,
        RefillPerSecond = row?.RefillPerSecond ?? RefillPerSecond,
        RatePerSecond = row?.RatePerSecond ?? RatePerSecond,
        Limit = row?.Limit ?? Limit,
        Schedule = [],
    };

    private static IReadOnlyList<ScheduleRow> CheckSchedule(IReadOnlyList<ScheduleRow> schedule)
    {
        ScheduleRow.Check(schedule, nameof(Schedule));
        foreach (var row in schedule)
        {
            if (row is { Capacity: null, RefillPerSecond: null, RatePerSecond: null, Limit: null })
                throw new ArgumentException("Schedule must have a value in each row.", nameof(Schedule));
            CheckAmount(row.Capacity, nameof(Schedule), isZeroAllowed: false);
            CheckAmount(row.RefillPerSecond, nameof(Schedule), isZeroAllowed: true);
            CheckAmount(row.RatePerSecond, nameof(Schedule), isZeroAllowed: false);
            CheckAmount(row.Limit, nameof(Schedule), isZeroAllowed: false);
        }
        return ValueCollections.Copy(schedule, nameof(Schedule));
    }

    private static RateLimitAlgorithm CheckAlgorithm(RateLimitAlgorithm value) => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(Algorithm), value, $"Algorithm must be one of {string.Join(", ", Enum.GetNames<RateLimitAlgorithm>())}.");

    private static TimeSpan? CheckWindow(TimeSpan? value)
    {
        if (value is { } window && (window < TimeSpan.FromMilliseconds(1) || window > TimeSpan.FromDays(366) || window.Ticks % TimeSpan.TicksPerMillisecond != 0))
            throw new ArgumentOutOfRangeException(nameof(Window), value, "Window must be from 1 millisecond to 366 days in whole milliseconds.");
        return value;
    }

    private static Enforcement CheckEnforcement(Enforcement value) => Enum.IsDefined(value) && EnforcementTraits.Of(value).IsForRateLimits
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(Enforcement), value, $"Enforcement must be one of {string.Join(", ", Enum.GetValues<Enforcement>().Where(one => EnforcementTraits.Of(one).IsForRateLimits))}.");

    private static decimal? CheckAmount(decimal? value, string member, bool isZeroAllowed) => value is { } amount ? UnitAmount.CheckRate(amount, member, isZeroAllowed) : null;
}
