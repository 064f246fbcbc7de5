namespace BudgetFirewall;

/// <summary>A change of the allowance of a budget for one scope. Immutable.</summary>
public sealed record AllowanceChange
{
    /// <summary>The budget after the change, with its allowance as it is now.</summary>
    public required BudgetState Budget { get; init; }

    /// <summary>
    /// The amount by which the allowance has changed: above 0 it was given, below 0 it was taken back, which may be less than was asked for; 0 when nothing of it could be taken back. In a replay that of
    /// the first time.
    /// </summary>
    public required decimal Amount { get; init; }

    /// <summary>The allowance now: the amount by which the budget's limit is raised for the scope in the present period.</summary>
    public decimal Allowance => Budget.Allowance;

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The reason that was given.</summary>
    public required string Reason { get; init; }

    /// <summary>Who decided it; null: not said.</summary>
    public string? By { get; init; }

    /// <summary>The operation's id.</summary>
    public required string OperationId { get; init; }

    /// <summary>True when the operation had been done before, and nothing was changed now.</summary>
    public bool IsReplay { get; init; }
}
