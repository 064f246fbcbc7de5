namespace BudgetFirewall;

/// <summary>
/// A limit that follows what is spent: that of a period is a percentile of what was spent in the periods before it, times a factor, within a floor and a ceiling.
/// Compares by content; immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Of the last <see cref="Periods"/> periods those count that come after the first one in which something was spent, and that one too. A period without use counts as 0. Where nothing
/// was spent in any of them, <see cref="Budget.Limit"/> is the limit. What reservations hold does not count.
/// </para>
/// <para>
/// The percentile p of m amounts is the one in place ⌈p × m⌉ of their ascending order (nearest rank; definition 1 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996), so
/// that it is always an amount that was spent. It is multiplied exactly, rounded up once to what is counted, a nano of money or a micro of a unit, and then brought within floor and ceiling.
/// </para>
/// <para>
/// The limit of a scope is worked out when it is first needed in a period and is the same until the period's end, in every process, even if a late commit changes what was
/// spent before. That takes two round trips more, once for each scope and period, and one for each further process. Counters are kept for <see cref="Periods"/> periods longer than otherwise.
/// </para>
/// </remarks>
/// <example><code>
/// var budget = new Budget
/// {
///     Scope = BudgetScope.Each("user"),
///     Limit = 10m,
///     LimitFromUsage = new() { Periods = 14, Percentile = 0.95m, Factor = 1.5m, Floor = 1m, Ceiling = 50m },
/// };
/// </code></example>
public sealed record LimitFromUsage
{
    internal const decimal Million = 1_000_000m;

    /// <summary>The number of past periods that are looked at: 1 to 90. A store reads so many counters once for each scope and period.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public required int Periods
    {
        get;
        init => field = value is >= 1 and <= 90 ? value : throw new ArgumentOutOfRangeException(nameof(Periods), value, "Periods must be from 1 to 90.");
    }

    /// <summary>The percentile, as a fraction: above 0 up to 1, in steps of 0.000001. 1 is the highest amount, 0.5 the median. Default: 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places.</exception>
    public decimal Percentile
    {
        get;
        init => field = value is > 0 and <= 1 && UnitAmount.IsInMillionths(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Percentile), value, "Percentile must be above 0 up to 1 in steps of 0.000001; 0.95 is the 95th percentile.");
    } = 0.95m;

    /// <summary>The number that the percentile is multiplied by: above 0 up to 1,000, in steps of 0.000001. Default: 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places.</exception>
    public decimal Factor
    {
        get;
        init => field = value is > 0 and <= 1_000 && UnitAmount.IsInMillionths(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Factor), value, "Factor must be above 0 up to 1,000 in steps of 0.000001.");
    } = 1m;

    /// <summary>The least limit, in the budget's money or unit, 0 or more. With 0, who has spent too little for the percentile gets nothing any more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000. The decimal places and the unit's range are checked where the budget is used.</exception>
    public required decimal Floor { get; init => field = UnitAmount.CheckAmount(value, nameof(Floor)); }

    /// <summary>The highest limit, in the budget's money or unit; at least <see cref="Floor"/>, which is checked where the budget is used.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000.</exception>
    public required decimal Ceiling { get; init => field = UnitAmount.CheckAmount(value, nameof(Ceiling)); }

    /// <summary>Checks what depends on the budget.</summary>
    /// <exception cref="ArgumentException">No period of the budget follows another, it has a schedule, or the floor is above the ceiling.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An amount has more decimal places than are counted, or is money above 9,000,000,000.</exception>
    internal void CheckFor(Budget budget)
    {
        const string Member = nameof(Budget.LimitFromUsage);
        if (!budget.Calendar.Recurs)
            throw new ArgumentException($"{Member} must be null for the period '{budget.Period}', as no other comes before it.", Member);
        if (budget.Schedule.Count > 0)
            throw new ArgumentException($"{Member} must be null where there is a Schedule; this one has the limits '{string.Join(", ", budget.Schedule.Select(row => row.Limit?.ToString(System.Globalization.CultureInfo.InvariantCulture)))}'.", Member);
        if (budget.AmountOf(Floor, $"{Member}.{nameof(Floor)}") > budget.AmountOf(Ceiling, $"{Member}.{nameof(Ceiling)}"))
            throw new ArgumentException(FormattableString.Invariant($"{Member} must have a Floor of at most the Ceiling, '{Ceiling}', and not of '{Floor}'."), Member);
    }
}
