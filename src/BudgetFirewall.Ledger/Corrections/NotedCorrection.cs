using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A correction as a ledger has noted it, or the reason why it has not. Immutable.</summary>
public sealed record NotedCorrection
{
    /// <summary>The answer.</summary>
    public required CorrectionNoteStatus Status { get; init; }

    /// <summary>The correction's id.</summary>
    public required string CorrectionId { get; init; }

    /// <summary>The scope that owns the ids of the charge's operation and of the correction; null when they have none.</summary>
    public string? OperationScope { get; init; }

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The digest of the correction's content.</summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>The id of the charge's entry; null where there is no charge.</summary>
    public string? ChargeId { get; init; }

    /// <summary>The charge; null where there is none, or its entry is not kept any more.</summary>
    public LedgerEntry? Charge { get; init; }

    /// <summary>The amount to give back, in nanos.</summary>
    public long AmountNanos { get; init; }

    /// <summary>The amount, in nanos, that corrections before this one give back of the same charge.</summary>
    public long BeforeNanos { get; init; }

    /// <summary>True when nothing is left of the charge after it.</summary>
    public bool IsWhole { get; init; }

    /// <summary>What is left of the charge after all corrections of it that are noted, in nanos; 0 where the charge is not known.</summary>
    public long CostNanos { get; init; }

    /// <summary>The time at which it was noted.</summary>
    public DateTimeOffset NotedAt { get; init; }

    /// <summary>The time at which the correction's entry says that it was made; null while the entry is not in the ledger.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>The id of the store that has to make it; null where a former version has noted it, which says none.</summary>
    public string? StoreId { get; init; }

    /// <summary>True when the store that has to make it is gone, and its counters with it: a process with another store records it without making it. For memory that ends with its process it says only that the note is a day old; the process may still run.</summary>
    public bool IsStoreGone { get; init; }

    /// <summary>The reason; null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>Who decided it; null where nobody is known.</summary>
    public string? By { get; init; }

    /// <summary>The order by which the same correction is found again.</summary>
    internal CorrectionOrder Order => new()
    {
        Partition = Partition, OperationScope = OperationScope, EntryId = ChargeId, CorrectionId = CorrectionId, Fingerprint = Fingerprint, StoreId = StoreId, Reason = Reason, By = By,
    };
}
