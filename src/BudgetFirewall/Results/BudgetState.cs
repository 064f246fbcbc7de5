namespace BudgetFirewall;

/// <summary>The state of a budget for one scope and period. Amounts are currency units, or usage units where <see cref="Unit"/> is set. Immutable.</summary>
public sealed record BudgetState
{
    /// <summary>The budget's id.</summary>
    public required string BudgetId { get; init; }

    /// <summary>The budget's name for people, <see cref="Budget.Name"/>; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The one scope that is counted, never <see cref="BudgetScope.Each"/>.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The span the budget is counted over.</summary>
    public BudgetPeriod Period { get; init; } = BudgetPeriod.Day;

    /// <summary>The time zone by whose clock the period begins and ends, a name of the IANA database.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The place that the budget's definition comes from.</summary>
    public LimitSource Source { get; init; }

    /// <summary>The id of the definition that this one replaces for the scope; null when there is none. See <see cref="LimitVerdict.ReplacedId"/>.</summary>
    public string? ReplacedId { get; init; }

    /// <summary>The usage unit that is counted; null for money.</summary>
    public string? Unit { get; init; }

    /// <summary>The effect on a request that does not fit.</summary>
    public Enforcement Enforcement { get; init; }

    /// <summary>The rate at which calls above the limit of a throttled budget begin, and its ceiling; null for other budgets.</summary>
    public BudgetThrottle? Throttle { get; init; }

    /// <summary>
    /// The calls in the queue of a throttled budget, rounded up to 0.000001: those whose turn is to come, and what is left of the one whose turn it is. 0 while no call is above the limit. Null for
    /// other budgets, and in a receipt, which does not look at it.
    /// </summary>
    public decimal? QueueLength { get; init; }

    /// <summary>
    /// The time until the turn of a call that would come now and find no room within the limit of a throttled budget, rounded up to a microsecond; zero when nothing is queued. Null where
    /// <see cref="QueueLength"/> is.
    /// </summary>
    public TimeSpan? NextTurnIn { get; init; }

    /// <summary>The most that may be spent in the period; above it a throttled budget lets calls begin at a rate.</summary>
    public required decimal Limit { get; init; }

    /// <summary>
    /// The amount that was added to the limit for this scope in this period, by <see cref="IBudgetCatalog.GrantAsync"/>; 0 when none was. It raises the ceiling of a throttled budget too, and ends with the period.
    /// </summary>
    public decimal Allowance { get; init; }

    /// <summary>The amount charged in the period.</summary>
    public decimal Spent { get; init; }

    /// <summary>The amount that open reservations have set aside in the period.</summary>
    public decimal Held { get; init; }

    /// <summary>The amount that may still be admitted within the limit and the allowance: <c>max(0, limit + allowance - spent - held)</c>.</summary>
    public decimal Remaining => Math.Max(0, Limit + Allowance - Spent - Held);

    /// <summary>The part of the limit and the allowance together that is spent: 0.8 is 80 %. Where both are 0: 0 while nothing is spent, else 1.</summary>
    public decimal Utilization => Limit + Allowance == 0 ? (Spent == 0 ? 0 : 1) : Spent / (Limit + Allowance);

    /// <summary>The start of the period, UTC; null for <see cref="BudgetPeriod.None"/>.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>The end of the period, UTC, when the count starts again from zero; null for <see cref="BudgetPeriod.None"/>.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>The store's time at which the state was read, UTC.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>True when the budget is defined for each id of the scope's kind separately; false when it is defined for this scope alone.</summary>
    public bool IsForEach { get; init; }

    /// <summary>The time left until the end of the period, by the store's clock; null for <see cref="BudgetPeriod.None"/>.</summary>
    public TimeSpan? TimeLeft => ResetsAt is { } end ? (end > AsOf ? end - AsOf : TimeSpan.Zero) : null;

    /// <summary>True when the limit is reached or passed: what is spent is the limit and the allowance together, or more. Holds do not count, since they may be given back.</summary>
    public bool IsExceeded => Spent >= Limit + Allowance;

    /// <summary>The highest of the budget's warning fractions (<see cref="Budget.WarnAt"/>) that what is spent has reached: 0.8 is 80 %. Null: none.</summary>
    public decimal? WarnedAt { get; init; }

    /// <summary>True when a warning fraction is reached and the limit is not.</summary>
    public bool IsWarned => WarnedAt is not null && !IsExceeded;

    /// <summary>Spent per day so far: <c>spent / max(elapsed, 1 h)</c>, times 24 h; null for <see cref="BudgetPeriod.None"/>. Rounded to 9 decimals.</summary>
    public decimal? BurnRatePerDay => PeriodStart is { } start
        ? Math.Round(Spent * TimeSpan.TicksPerDay / Math.Max((AsOf - start).Ticks, TimeSpan.TicksPerHour), 9)
        : null;

    /// <summary>
    /// The amount that will be spent at the period's end if the burn rate stays: spent plus the rate times the rest of the period; null for
    /// <see cref="BudgetPeriod.None"/>. Rounded to 9 decimals.
    /// </summary>
    public decimal? ProjectedSpend => BurnRatePerDay is { } rate && ResetsAt is { } end
        ? Math.Round(Spent + (rate * Math.Max((end - AsOf).Ticks, 0) / TimeSpan.TicksPerDay), 9)
        : null;
}
