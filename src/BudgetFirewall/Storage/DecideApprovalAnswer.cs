using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to a <see cref="DecideApprovalCall"/>. Immutable.</summary>
public sealed class DecideApprovalAnswer
{
    /// <summary>The status.</summary>
    public required DecideApprovalStatus Status { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True when the approval was ended by a call with the same fingerprint before.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The approval as it is after the call; null when there is none.</summary>
    public ApprovalRecord? Approval { get; init; }

    /// <summary>Approvals whose time was over, and that this call has stored as expired; empty when there are none.</summary>
    public ImmutableArray<ApprovalRecord> Expired { get; init; } = [];
}
