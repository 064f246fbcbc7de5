using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to a <see cref="ReadApprovalsCall"/>. Immutable.</summary>
public sealed class ReadApprovalsAnswer
{
    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The approvals as they are at that time; ids that are unknown are left out.</summary>
    public required ImmutableArray<ApprovalRecord> Approvals { get; init; }

    /// <summary>The place behind which the list goes on; null at its end, and where ids were read.</summary>
    public ApprovalPlace? Next { get; init; }
}
