namespace BudgetFirewall;

/// <summary>
/// An approval that was asked for when a budget had no room for a request: what was frozen then, and its answer. One counter has at most one that is pending in a period, however many requests it
/// has refused. Amounts are currency units, or usage units where <see cref="Unit"/> is set. Immutable.
/// </summary>
public sealed record Approval
{
    /// <summary>The id: 32 hexadecimal digits that cannot be guessed.</summary>
    public required string Id { get; init; }

    /// <summary>The state.</summary>
    public ApprovalState State { get; init; }

    /// <summary>The budget's id.</summary>
    public required string BudgetId { get; init; }

    /// <summary>The budget's name for people, <see cref="Budget.Name"/>; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The one scope whose request was refused, never <see cref="BudgetScope.Each"/>.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The span that the budget is counted over.</summary>
    public BudgetPeriod Period { get; init; } = BudgetPeriod.Day;

    /// <summary>The start, UTC, of the period that the approval is about; null for <see cref="BudgetPeriod.None"/>.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>The usage unit that is counted; null for money.</summary>
    public string? Unit { get; init; }

    /// <summary>The limit when it was asked for.</summary>
    public decimal Limit { get; init; }

    /// <summary>The allowance that the counter had when it was asked for.</summary>
    public decimal Allowance { get; init; }

    /// <summary>The amount that was spent when it was asked for.</summary>
    public decimal Spent { get; init; }

    /// <summary>The amount that was held when it was asked for.</summary>
    public decimal Held { get; init; }

    /// <summary>The amount that there was no room for.</summary>
    public decimal Needed { get; init; }

    /// <summary>The request that was refused first, and so who has asked.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The store's time at which it was asked for, UTC.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>The end, UTC, of the time in which it can be answered: <see cref="ApprovalOptions.Lifetime"/> later, or the end of the period where that is sooner.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The amount that was approved, by which the allowance has grown; null unless it was approved.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Who has approved, denied or cancelled it; null where nobody has, or nobody has said so.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>The store's time of its end, UTC; null while it is pending.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The note of whoever has ended it; null for none.</summary>
    public string? Note { get; init; }
}
