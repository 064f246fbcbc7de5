namespace BudgetFirewall;

/// <summary>
/// The rate at which a throttled budget lets calls begin that it has no room for within its limit, and the bounds of their waiting. All processes share the turns, and each call takes one,
/// whatever it costs. Compares by content. Immutable and thread-safe.
/// </summary>
public sealed record BudgetThrottle
{
    /// <summary>The calls above the limit that may begin per second: 0.000001 to 9,000,000,000 in steps of 0.000001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public required decimal RatePerSecond { get; init => field = UnitAmount.CheckRate(value, nameof(RatePerSecond), isZeroAllowed: false); }

    /// <summary>
    /// The most calls that wait: 0 to 9,000,000,000 in steps of 0.000001. A call that finds more before it is denied as <see cref="DecisionOutcome.Throttled"/>. With 0 nothing waits. Null: no
    /// bound of its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public decimal? QueueLimit { get; init => field = value is { } calls ? UnitAmount.CheckRate(calls, nameof(QueueLimit), isZeroAllowed: true) : null; }

    /// <summary>
    /// The longest time that a call waits for its turn: 0 to 24 hours in whole milliseconds. A call whose turn comes later is denied; so is one whose turn comes later than its own
    /// <see cref="BudgetRequest.MaxWait"/>. Null: no bound of its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or not in whole milliseconds.</exception>
    public TimeSpan? MaxWait { get; init => field = WaitRange.CheckMilliseconds(value, nameof(MaxWait)); }

    /// <summary>
    /// The amount above which nothing is admitted, in currency units or in the budget's unit: a call that would take what is spent and held above it is denied as
    /// <see cref="DecisionOutcome.BudgetExceeded"/>. At least the budget's limit, each limit of its schedule and the ceiling of a limit that follows from use, which is checked where the
    /// budget is used. It is the same at all hours, and no part of it is kept free for priorities. Null: no ceiling.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000. The decimal places and the unit's range are checked where the budget is used.</exception>
    public decimal? Ceiling { get; init => field = value is { } ceiling ? UnitAmount.CheckAmount(ceiling, nameof(Ceiling)) : null; }
}
