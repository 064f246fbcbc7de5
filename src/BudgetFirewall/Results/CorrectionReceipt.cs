using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>A receipt of what was given back of a charge. Immutable.</summary>
public sealed record CorrectionReceipt
{
    /// <summary>The correction's id.</summary>
    public required string CorrectionId { get; init; }

    /// <summary>The id of the operation that was charged.</summary>
    public required string OperationId { get; init; }

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The money that was given back, in currency units. 0 when the charge had the cost already that it was corrected to: then nothing was changed, and nothing is recorded.</summary>
    public required decimal Amount { get; init; }

    /// <summary>What the charge costs now, after all of its corrections.</summary>
    public required decimal Cost { get; init; }

    /// <summary>The currency, for display.</summary>
    public required string Currency { get; init; }

    /// <summary>The id of the correction's entry in the ledger, which may not be written yet; null where nothing was changed.</summary>
    public string? EntryId { get; init; }

    /// <summary>The id of the entry of the charge.</summary>
    public required string CorrectedEntryId { get; init; }

    /// <summary>The store's time at which the correction was made, UTC; null where nothing was changed.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The amounts that were really taken out of the counters of the charge. Empty where nothing was changed, and in a replay when the ledger does not keep the entry any more.</summary>
    public ImmutableArray<CorrectedAmount> Counters { get; init; } = [];

    /// <summary>True when the correction had been made before, and nothing was changed now.</summary>
    public bool IsReplay { get; init; }
}
