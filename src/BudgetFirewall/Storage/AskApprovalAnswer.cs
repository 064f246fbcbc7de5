using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to an <see cref="AskApprovalCall"/>. Immutable.</summary>
public sealed class AskApprovalAnswer
{
    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The answers about the counters, in the call's order.</summary>
    public required ImmutableArray<AskedApproval> Approvals { get; init; }

    /// <summary>Approvals whose time was over, and that this call has stored as expired; empty when there are none.</summary>
    public ImmutableArray<ApprovalRecord> Expired { get; init; } = [];
}
