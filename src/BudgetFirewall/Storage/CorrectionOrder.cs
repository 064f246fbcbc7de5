namespace BudgetFirewall.Storage;

/// <summary>A correction of a charge as it is asked for. The charge is named by its operation or by its entry of the ledger. Immutable.</summary>
public sealed record CorrectionOrder
{
    /// <summary>The partition of the operation; null without partitions. Where the charge is named by its entry, that says it.</summary>
    public string? Partition { get; init; }

    /// <summary>The scope that owns the operation's id; null when it has none. Where the charge is named by its entry, that says it.</summary>
    public string? OperationScope { get; init; }

    /// <summary>The id of the operation; null where the charge is named by its entry.</summary>
    public string? OperationId { get; init; }

    /// <summary>The id of the charge's entry; null where it is named by its operation.</summary>
    public string? EntryId { get; init; }

    /// <summary>The correction's id.</summary>
    public required string CorrectionId { get; init; }

    /// <summary>The amount to give back, in nanos, 1 or more; null where the charge is corrected to <see cref="CostNanos"/>, or all that is left of it is given back.</summary>
    public long? AmountNanos { get; init; }

    /// <summary>The cost that the charge is corrected to, in nanos, 0 or more; null where an amount is given back.</summary>
    public long? CostNanos { get; init; }

    /// <summary>A digest of the correction's content, to tell a replay from a conflict.</summary>
    public required UInt128 Fingerprint { get; init; }

    /// <summary>The id of the store that is to make it; null where it is not known. It is no part of the content.</summary>
    public string? StoreId { get; init; }

    /// <summary>The reason; null: not said.</summary>
    public string? Reason { get; init; }

    /// <summary>Who decided it; null: not said.</summary>
    public string? By { get; init; }
}
