namespace BudgetFirewall;

/// <summary>A budget's spending has reached one of its warning fractions. Fires once per budget, id, fraction and period. Immutable.</summary>
public sealed record BudgetWarning
{
    /// <summary>The budget's id.</summary>
    public required string BudgetId { get; init; }

    /// <summary>The budget's name for people, <see cref="Budget.Name"/>; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The one scope that is counted.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The span the budget is counted over.</summary>
    public BudgetPeriod Period { get; init; } = BudgetPeriod.Day;

    /// <summary>The usage unit that is counted; null for money.</summary>
    public string? Unit { get; init; }

    /// <summary>The fraction of the limit, and of the allowance where there is one, that was reached: 0.8 is 80 %.</summary>
    public required decimal Threshold { get; init; }

    /// <summary>The limit at that moment.</summary>
    public required decimal Limit { get; init; }

    /// <summary>The allowance at that moment, which the fraction is of together with the limit; mostly 0.</summary>
    public decimal Allowance { get; init; }

    /// <summary>The amount charged in the period, including the charge that crossed the threshold.</summary>
    public required decimal Spent { get; init; }

    /// <summary>The start of the period, UTC; null for <see cref="BudgetPeriod.None"/>.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>The operation that crossed the fraction.</summary>
    public string OperationId { get; init; } = "";
}
