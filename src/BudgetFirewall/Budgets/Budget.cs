using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// A limit on a scope for a period, counted in money or in one usage unit.
/// Compares by content and copies the collections it is given. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A counter belongs to the concrete scope, period, time zone, unit and filters, never to a budget's id, limit or enforcement, except that shadow budgets have counters of their own:
/// raising a limit, renaming a budget, or giving one user a budget of their own keeps what was spent.
/// </remarks>
/// <example><code>
/// var perUser = new Budget { Scope = BudgetScope.Each("user"), Limit = 10m };
/// var quota = new Budget { Scope = BudgetScope.Project("search"), Limit = 1_000_000m, Unit = "input_tokens", WarnAt = [0.8m, 0.95m] };
/// </code></example>
public sealed record Budget
{
    /// <summary>The scope that is limited: one id of a kind, or each id of the kind by itself.</summary>
    /// <exception cref="ArgumentException">The value is the default scope.</exception>
    public required BudgetScope Scope { get; init => field = value.Checked(nameof(Scope)); }

    /// <summary>
    /// The most that may be spent in a period: currency units from 0 to 9,000,000,000 in steps of 0.000000001,
    /// or, with <see cref="Unit"/>, units from 0 to 9,000,000,000,000 in steps of 0.000001. The decimal places and the unit's range are checked where the budget is used.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000.</exception>
    public required decimal Limit { get; init => field = CheckLimit(value); }

    /// <summary>The span the budget is counted over. Default: a day.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public BudgetPeriod Period { get; init => field = CheckPeriod(value); } = BudgetPeriod.Day;

    /// <summary>
    /// The time zone by whose clock the period begins and ends: a name of the IANA database such as <c>Europe/Berlin</c>. Default: UTC. A local day has 23 or 25
    /// hours where clocks change. Must be UTC for periods that do not go by a clock: those with an anchor, and <see cref="BudgetPeriod.None"/>.
    /// </summary>
    /// <remarks>All processes that share a store must have the same data of the time zone, as the store makes sure.</remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    public string TimeZone { get; init => field = TimeZones.Check(value, nameof(TimeZone)); } = TimeZones.Utc;

    /// <summary>
    /// Other limits at certain hours of the week, at most 32 rows; empty: none. Of the rows in force the first one counts. What was spent stays, whichever row is in force.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than 32 rows, or one of them is null, has no <see cref="ScheduleRow.Limit"/>, or has values of a rate limit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit of a row is negative or above 9,000,000,000,000.</exception>
    public IReadOnlyList<ScheduleRow> Schedule { get; init => field = CheckSchedule(value); } = [];

    /// <summary>
    /// The rule by which the limit follows what was spent in past periods; null: it is always <see cref="Limit"/>, as it is with the rule while nothing was spent in any of them.
    /// Must be null where no period follows another, for <see cref="BudgetPeriod.None"/> and one span, and where there is a <see cref="Schedule"/>.
    /// </summary>
    public LimitFromUsage? LimitFromUsage { get; init; }

    /// <summary>The usage unit that is counted (request, input_tokens, record…); null for money.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Unit { get; init => field = Identifier.CheckOptional(value, nameof(Unit)); }

    /// <summary>The effect on a request that does not fit. Default: hard.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration.</exception>
    public Enforcement Enforcement { get; init => field = CheckEnum(value, nameof(Enforcement)); } = Enforcement.Hard;

    /// <summary>The rate and the ceiling of a budget of the enforcement <see cref="Enforcement.Throttle"/>, which needs them; null for other budgets.</summary>
    public BudgetThrottle? Throttle { get; init; }

    /// <summary>
    /// Fractions of the limit at which a warning fires, each once a period: above 0 up to 100, in steps of 0.000001. Default: 0.8. Empty: no warnings.
    /// Kept in ascending order, without repetitions.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A fraction is outside the range or has more decimal places than are counted.</exception>
    /// <exception cref="ArgumentException">There are more than 16 fractions.</exception>
    public IReadOnlyList<decimal> WarnAt { get; init => field = CheckWarnAt(value); } = [0.8m];

    /// <summary>False when the budget is to be treated as absent: it neither counts, denies nor replaces another. Default: true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>The providers whose requests count; empty: all. Kept in ordinal order, without repetitions.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Providers { get; init => field = RequestFilter.CheckNames(value, nameof(Providers)); } = [];

    /// <summary>The models whose requests count; empty: all, and those without a model. See <see cref="CountsRequestsWithoutModel"/>. Kept in ordinal order, without repetitions.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Models { get; init => field = RequestFilter.CheckNames(value, nameof(Models)); } = [];

    /// <summary>The operations whose requests count; empty: all. Kept in ordinal order, without repetitions.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Operations { get; init => field = RequestFilter.CheckNames(value, nameof(Operations)); } = [];

    /// <summary>
    /// The dimensions of the requests that count, as kind and ids: of each kind that is named here a request must have one of the ids. Empty: all requests, with
    /// dimensions or without. Kinds and ids are kept in ordinal order, without repetitions.
    /// </summary>
    /// <exception cref="ArgumentException">A kind is global, provider, project, user or model, or has no ids, or a name is empty, too long or ill-formed.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Dimensions { get; init => field = DimensionFilter.Of(value, nameof(Dimensions)); } = DimensionFilter.None;

    /// <summary>
    /// True when a request that names no model counts too, although <see cref="Models"/> names some. Without <see cref="Models"/> every request does, and this has no
    /// effect. Default: false.
    /// </summary>
    public bool CountsRequestsWithoutModel { get; init; }

    /// <summary>
    /// The fraction of the limit that must stay free when a request of a priority is admitted, by <see cref="BudgetRequest.Priority"/>: 0 to 1, in steps of
    /// 0.000001. With 0.3 for <c>batch</c>, requests of that priority may use the budget until 30 % of it are left, and other requests all of it. A priority that is
    /// not named here, and a request without one, keep nothing free. At most 64 priorities. Default: none.
    /// </summary>
    /// <exception cref="ArgumentException">There are too many priorities, or one is empty, too long or ill-formed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A fraction is outside the range or has more decimal places than are counted.</exception>
    public IReadOnlyDictionary<string, decimal> PriorityHeadroom { get; init => field = global::BudgetFirewall.PriorityHeadroom.Copy(value, nameof(PriorityHeadroom)); } = global::BudgetFirewall.PriorityHeadroom.None;

    /// <summary>The budget's id, 1 to 256 characters; unless given, derived from scope, period, time zone, unit and filters, as <c>each:user/day</c> or, for a shadow, <c>each:user/shadow/day</c>.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string Id
    {
        get => _id ?? DerivedId.Of(Scope, CalendarName, Unit, Enforcement, Filter);
        init => _id = Identifier.Check(value, nameof(Id));
    }

    /// <summary>
    /// A name for people, 1 to 256 characters, that texts and logs show instead of the id; null for none. It is no part of what is counted: renaming a budget keeps
    /// what was spent.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Name { get; init => field = Identifier.CheckOptional(value, nameof(Name)); }

    /// <summary>
    /// The id of the pool whose member the budget is for; null for all others. Quotas alone make such budgets: setting or removing one by hand is refused.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? PoolId { get; init => field = Identifier.CheckOptional(value, nameof(PoolId)); }

    private const string CeilingMember = "Throttle.Ceiling";

    private readonly string? _id;

    /// <summary>The name of the calendar that the budget is counted by.</summary>
    internal string CalendarName => PeriodCalendar.NameOf(Period, TimeZone);

    internal RequestFilter Filter => new(Providers, Models, Operations, (DimensionFilter)Dimensions, CountsRequestsWithoutModel && Models.Count > 0);

    /// <inheritdoc/>
    public bool Equals(Budget? other) =>
        other is not null
        && Scope == other.Scope && Limit == other.Limit && Period == other.Period && TimeZone == other.TimeZone && Unit == other.Unit
        && Enforcement == other.Enforcement && Throttle == other.Throttle && IsActive == other.IsActive && Id == other.Id && Name == other.Name && PoolId == other.PoolId
        && ValueCollections.Same(Schedule, other.Schedule) && ValueCollections.Same(WarnAt, other.WarnAt) && ValueCollections.Same(Providers, other.Providers)
        && ValueCollections.Same(Models, other.Models) && ValueCollections.Same(Operations, other.Operations)
        && LimitFromUsage == other.LimitFromUsage && Dimensions.Equals(other.Dimensions) && CountsRequestsWithoutModel == other.CountsRequestsWithoutModel
        && ValueCollections.Same(PriorityHeadroom, other.PriorityHeadroom);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Scope, Limit, HashCode.Combine(Period, TimeZone), Unit, Enforcement, IsActive, Id, ValueCollections.Hash(WarnAt));

    /// <summary>The limit as the store counts it: nanos of money, micros of a unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit has more decimal places than are counted, or is money above 9,000,000,000.</exception>
    internal long LimitAmount => AmountOf(Limit, nameof(Limit));

    /// <summary>The amount that nothing is admitted above, as the store counts it; null where there is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The ceiling has more decimal places than are counted, or is money above 9,000,000,000.</exception>
    internal long? CeilingAmount => Throttle?.Ceiling is { } ceiling ? AmountOf(ceiling, CeilingMember) : null;

    /// <summary>The calendar that the budget is counted by.</summary>
    /// <exception cref="ArgumentException">The time zone is not UTC, and the period does not go by a clock.</exception>
    internal PeriodCalendar Calendar => PeriodCalendar.Of(Period, TimeZone);

    /// <summary>Checks what the members can only be checked for together.</summary>
    /// <exception cref="ArgumentException">
    /// The limit or the ceiling has more decimal places than are counted or is money above 9,000,000,000, the time zone or <see cref="LimitFromUsage"/> does not fit the period, or the throttle does not fit the
    /// enforcement or the limits.
    /// </exception>
    internal void CheckCountable()
    {
        _ = LimitAmount;
        _ = Calendar;
        CheckScheduleAmounts();
        LimitFromUsage?.CheckFor(this);
        CheckThrottle();
        CheckCeiling();
    }

    /// <summary>Checks the limits of the schedule's rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One has more decimal places than are counted, or is money above 9,000,000,000.</exception>
    internal void CheckScheduleAmounts()
    {
        foreach (var row in Schedule)
            _ = AmountOf(row.Limit!.Value, nameof(Schedule));
    }

    /// <summary>Checks that there is a throttle where one is needed, and nowhere else.</summary>
    /// <exception cref="ArgumentException">It is missing, or there is one.</exception>
    internal void CheckThrottle()
    {
        if (EnforcementTraits.Of(Enforcement).HasQueue != (Throttle is not null))
            throw new ArgumentException($"Throttle must {(Throttle is null ? "" : "not ")}be given where Enforcement is '{Enforcement}'.", nameof(Throttle));
    }

    /// <summary>Checks that the ceiling is not below a limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is, has more decimal places than are counted, or is money above 9,000,000,000.</exception>
    internal void CheckCeiling()
    {
        _ = CeilingAmount;
        var highest = Schedule.Select(row => row.Limit!.Value).Append(Limit).Append(LimitFromUsage?.Ceiling ?? 0).Max();
        if (Throttle?.Ceiling is { } ceiling && ceiling < highest)
            throw new ArgumentOutOfRangeException(CeilingMember, ceiling, string.Create(CultureInfo.InvariantCulture, $"{CeilingMember} must be at least the budget's highest limit, {highest}."));
    }

    /// <summary>Checks that the budget counts for a scope.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal void CheckAbout(BudgetScope scope, string member)
    {
        if (Scope != scope && !(Scope.IsEach && Scope.Kind == scope.Kind))
            throw new ArgumentException(DisplayText.Escape($"The budget '{Id}' is about {Scope}, not {scope}."), member);
    }

    /// <summary>An amount as the store counts it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has more decimal places than are counted, or is money above 9,000,000,000.</exception>
    internal long AmountOf(decimal limit, string member) => Unit is null ? Money.ExactNanos(limit, member) : UnitAmount.ExactMicros(limit, member);

    private static IReadOnlyList<ScheduleRow> CheckSchedule(IReadOnlyList<ScheduleRow> schedule)
    {
        ScheduleRow.Check(schedule, nameof(Schedule));
        foreach (var row in schedule)
        {
            if (row.Limit is not { } limit)
                throw new ArgumentException("Schedule must have a Limit in each row.", nameof(Schedule));
            UnitAmount.CheckRange(limit, nameof(Schedule));
            if (row.Capacity is not null || row.RefillPerSecond is not null || row.RatePerSecond is not null)
                throw new ArgumentException("Schedule must have no Capacity, RefillPerSecond or RatePerSecond in a row of a budget.", nameof(Schedule));
        }
        return ValueCollections.Copy(schedule, nameof(Schedule));
    }

    private static BudgetPeriod CheckPeriod(BudgetPeriod period)
    {
        ArgumentNullException.ThrowIfNull(period, nameof(Period));
        return period;
    }

    private static decimal CheckLimit(decimal limit)
    {
        UnitAmount.CheckRange(limit, nameof(Limit));
        return limit;
    }

    private static T CheckEnum<T>(T value, string member) where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be one of {string.Join(", ", Enum.GetNames<T>())}.");

    internal static IReadOnlyList<decimal> CheckWarnAt(IReadOnlyList<decimal> value)
    {
        ArgumentNullException.ThrowIfNull(value, nameof(WarnAt));
        if (value.Count > 16)
            throw new ArgumentException($"WarnAt has {value.Count} fractions; at most 16 are allowed.", nameof(WarnAt));
        foreach (var fraction in value)
        {
            if (fraction is <= 0 or > 100 || !UnitAmount.IsInMillionths(fraction))
                throw new ArgumentOutOfRangeException(nameof(WarnAt), fraction, "WarnAt must be fractions above 0 up to 100 in steps of 0.000001; 0.8 is 80 %.");
        }
        return ValueCollections.Copy([.. value.Distinct().Order()], nameof(WarnAt));
    }
}
