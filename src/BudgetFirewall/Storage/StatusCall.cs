using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A call that reads the state of limits; budgets are read in their present period. Immutable.</summary>
public sealed class StatusCall
{
    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The version of the catalog that the limits were matched with; empty for a catalog without runtime limits.</summary>
    public required string CatalogVersion { get; init; }

    /// <summary>The limits: budgets first, then rate limits, the queues of throttled budgets among them. Amounts do not matter.</summary>
    /// <exception cref="ArgumentException">A budget comes after a rate limit.</exception>
    public ImmutableArray<LimitDemand> Limits
    {
        get;
        init
        {
            field = value;
            BudgetCount = DecisionCall.CountBudgets(value);
        }
    } = [];

    /// <summary>The span of the store's time in which the limits are the ones to be read; null: always. Outside of it nothing is read.</summary>
    public PeriodWindow? Validity { get; init; }

    /// <summary>The number of budgets, which are the first of the limits.</summary>
    public int BudgetCount { get; private init; }
}
