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

    /// <summary>The quantity and the price of one whose product is the cost; the price is not below zero.</summary>
    public required (decimal Quantity, decimal UnitPrice) Price { get; init; }

    public required string PricingUnit { get; init; }

    public required (decimal Quantity, string Unit) Consumed { get; init; }

    public required string Provider { get; init; }

    public required string SkuId { get; init; }

    public required string SkuPriceId { get; init; }

    public required string SkuMeter { get; init; }

    public required string Description { get; init; }

    /// <summary>True where it changes what an earlier billing period has had.</summary>
    public bool IsCorrection { get; init; }

    public string? SubAccount { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public string? EntryId { get; init; }

    public string? EntryKind { get; init; }

    public string? Operation { get; init; }

    public string? OperationId { get; init; }

    public string? Partition { get; init; }
}
