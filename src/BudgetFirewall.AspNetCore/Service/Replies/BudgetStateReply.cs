using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A budget's state as JSON.</summary>
[Description("The state of a budget for one scope and period. Amounts are exact decimals as strings.")]
internal sealed record BudgetStateReply
{
    public required string BudgetId { get; init; }

    [Description("The name for people of the budget; absent: none.")]
    public string? Name { get; init; }

    [Description("The one scope that is counted, as user=alice.")]
    public required string Scope { get; init; }

    public required string Period { get; init; }

    [Description("The time zone by whose clock the period begins and ends.")]
    public required string TimeZone { get; init; }

    [Description("configuration or run_time: the place that the limit's definition comes from.")]
    public required string Source { get; init; }

    [Description("The id of the definition that this one replaces for the scope; absent: none.")]
    public string? ReplacedId { get; init; }

    [Description("The usage unit that is counted; absent: money.")]
    public string? Unit { get; init; }

    public required string Enforcement { get; init; }

    [Description("The rate at which calls above the limit of a throttled budget begin, and its ceiling; absent for others.")]
    public ThrottleReply? Throttle { get; init; }

    [Description("The calls in the queue of a throttled budget; absent for others.")]
    public string? QueueLength { get; init; }

    [Description("Seconds until the turn of a call that would come now and find no room within the limit of a throttled budget; absent for others.")]
    public double? NextTurnSeconds { get; init; }

    public required string Limit { get; init; }

    [Description("The amount by which the limit is raised for the scope in this period.")]
    public required string Allowance { get; init; }

    public required string Spent { get; init; }

    public required string Held { get; init; }

    public required string Remaining { get; init; }

    [Description("The spent part of the limit and the allowance together: 0.8 is 80 %.")]
    public required string Utilization { get; init; }

    [Description("true when what is spent is the limit and the allowance together, or more.")]
    public required bool IsExceeded { get; init; }

    [Description("The highest warning fraction that what is spent has reached, as 0.8; absent: none.")]
    public string? WarnedAt { get; init; }

    public DateTimeOffset? PeriodStart { get; init; }

    [Description("The time at which the count starts from zero; absent: only when reset by hand.")]
    public DateTimeOffset? ResetsAt { get; init; }

    [Description("Days left in the period, rounded to four decimals; absent: it does not end.")]
    public double? DaysLeft { get; init; }

    [Description("The store's time of this state.")]
    public required DateTimeOffset AsOf { get; init; }

    public string? BurnRatePerDay { get; init; }

    public string? ProjectedSpend { get; init; }

    public static BudgetStateReply Of(BudgetState state) => new()
    {
        BudgetId = state.BudgetId,
        Name = state.Name,
        Scope = state.Scope.ToString(),
        Period = state.Period.ToString(),
        TimeZone = state.TimeZone,
        Source = WireNames.Of(state.Source),
        ReplacedId = state.ReplacedId,
        Unit = state.Unit,
        Enforcement = WireNames.Of(state.Enforcement),
        Throttle = ThrottleReply.Of(state.Throttle),
        QueueLength = state.QueueLength is { } length ? Amounts.Text(length) : null,
        NextTurnSeconds = state.NextTurnIn?.TotalSeconds,
        Limit = Amounts.Text(state.Limit),
        Allowance = Amounts.Text(state.Allowance),
        Spent = Amounts.Text(state.Spent),
        Held = Amounts.Text(state.Held),
        Remaining = Amounts.Text(state.Remaining),
        Utilization = Amounts.Text(state.Utilization),
        IsExceeded = state.IsExceeded,
        WarnedAt = state.WarnedAt is { } fraction ? Amounts.Text(fraction) : null,
        PeriodStart = state.PeriodStart,
        ResetsAt = state.ResetsAt,
        DaysLeft = state.TimeLeft is { } left ? Math.Round(left.TotalDays, 4) : null,
        AsOf = state.AsOf,
        BurnRatePerDay = state.BurnRatePerDay is { } rate ? Amounts.Text(rate) : null,
        ProjectedSpend = state.ProjectedSpend is { } spend ? Amounts.Text(spend) : null,
    };
}
