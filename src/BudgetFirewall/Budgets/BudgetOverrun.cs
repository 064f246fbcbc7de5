namespace BudgetFirewall;

/// <summary>The part of one charge that lies above the limit, and the allowance, of a hard, throttled or escalating budget. Immutable.</summary>
public sealed record BudgetOverrun
{
    /// <summary>The budget's id.</summary>
    public required string BudgetId { get; init; }

    /// <summary>The budget's name for people, <see cref="Budget.Name"/>; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The one scope that is counted.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The usage unit that is counted; null for money.</summary>
    public string? Unit { get; init; }

    /// <summary>The part above the limit, more than 0.</summary>
    public required decimal Amount { get; init; }
}
