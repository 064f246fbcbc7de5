namespace BudgetFirewall;

/// <summary>
/// The sums over several budgets that count money, or one usage unit. A charge that several of the budgets count is in the sum of each of them. Shadow budgets are left out.
/// Immutable.
/// </summary>
public sealed record BudgetTotal
{
    /// <summary>The usage unit that is counted; null for money.</summary>
    public string? Unit { get; init; }

    /// <summary>The number of budgets.</summary>
    public required int Count { get; init; }

    /// <summary>The sum of their limits.</summary>
    public required decimal Limit { get; init; }

    /// <summary>The sum of their allowances, which raise their limits in their present periods.</summary>
    public decimal Allowance { get; init; }

    /// <summary>The sum of what is charged to them in their present periods.</summary>
    public required decimal Spent { get; init; }

    /// <summary>The sum of what open reservations have set aside in them.</summary>
    public required decimal Held { get; init; }

    /// <summary>The sum of what remains in them.</summary>
    public required decimal Remaining { get; init; }

    /// <summary>
    /// The amount that remains in the hard budget that has least, or below the ceiling of a throttled one: no request of more is admitted by all of them. Null when none is hard and none has a ceiling.
    /// </summary>
    public decimal? LeastRemaining { get; init; }

    /// <summary>The sums over budgets: money first, then each unit by name.</summary>
    internal static IReadOnlyList<BudgetTotal> Of(IEnumerable<BudgetState> budgets) =>
    [
        .. budgets.Where(budget => !EnforcementTraits.Of(budget.Enforcement).CountsApart)
            .GroupBy(budget => budget.Unit, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Of(group.Key, [.. group])),
    ];

    private static BudgetTotal Of(string? unit, BudgetState[] budgets) => new()
    {
        Unit = unit,
        Count = budgets.Length,
        Limit = budgets.Sum(budget => budget.Limit),
        Allowance = budgets.Sum(budget => budget.Allowance),
        Spent = budgets.Sum(budget => budget.Spent),
        Held = budgets.Sum(budget => budget.Held),
        Remaining = budgets.Sum(budget => budget.Remaining),
        LeastRemaining = budgets.Where(budget => EnforcementTraits.Of(budget.Enforcement).Denies).Min(budget => MostAdmitted(budget)),
    };

    private static decimal? MostAdmitted(BudgetState budget) => budget.Throttle is null
        ? budget.Remaining
        : budget.Throttle.Ceiling is { } ceiling ? Math.Max(0, ceiling + budget.Allowance - budget.Spent - budget.Held) : null;
}
