namespace BudgetFirewall;

/// <summary>What one row of a FOCUS file is about, before the columns that follow from it are worked out. Immutable.</summary>
internal sealed record FocusRow
{
    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public required PeriodWindow BillingPeriod { get; init; }

    /// <summary>The money, in currency units.</summary>
    public required decimal Cost { get; init; }

    public required string Currency { get; init; }

    /// <summary>The quantity and the price of one whose product is the cost; the price is not below zero. Null for a part of a shared cost, which has no price.</summary>
    public (decimal Quantity, decimal UnitPrice)? Price { get; init; }

    public string? PricingUnit { get; init; }

    /// <summary>Null for a part of a shared cost, for which nothing was consumed.</summary>
    public (decimal Quantity, string Unit)? Consumed { get; init; }

    public required string Provider { get; init; }

    public string? SkuId { get; init; }

    public string? SkuPriceId { get; init; }

    public string? SkuMeter { get; init; }

    public required string Description { get; init; }

    /// <summary>True where it changes what an earlier billing period has had.</summary>
    public bool IsCorrection { get; init; }

    /// <summary>True for parts of shared costs: they are not billed here, and are all of their cost effectively.</summary>
    public bool IsAllocation { get; init; }

    /// <summary>True where it is one of several for the days of one cost.</summary>
    public bool IsRecurring { get; init; }

    public string? AllocatedMethod { get; init; }

    /// <summary>How it was divided, as JSON.</summary>
    public string? AllocatedDetails { get; init; }

    public string? SubAccount { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public string? EntryId { get; init; }

    public string? EntryKind { get; init; }

    public string? Operation { get; init; }

    public string? OperationId { get; init; }

    public string? Partition { get; init; }
}
