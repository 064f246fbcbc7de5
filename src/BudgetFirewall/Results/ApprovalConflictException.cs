namespace BudgetFirewall;

/// <summary>An approval has ended already, so that it cannot be answered any more. Nothing was changed.</summary>
public sealed class ApprovalConflictException : BudgetFirewallException
{
    /// <summary>An exception for an approval.</summary>
    /// <param name="approval">The approval as it is.</param>
    /// <exception cref="ArgumentNullException"><paramref name="approval"/> is null.</exception>
    public ApprovalConflictException(Approval approval) : base(Text(approval ?? throw new ArgumentNullException(nameof(approval)))) => Approval = approval;

    /// <summary>The approval as it is.</summary>
    public Approval Approval { get; }

    private static string Text(Approval approval) => approval.State switch
    {
        ApprovalState.Approved => $"The approval '{approval.Id}' is approved already; nothing was changed.",
        ApprovalState.Denied => $"The approval '{approval.Id}' is denied already; nothing was changed.",
        ApprovalState.Cancelled => $"The approval '{approval.Id}' is cancelled already; nothing was changed.",
        ApprovalState.Expired => FormattableString.Invariant($"The approval '{approval.Id}' has expired: it could be answered until {approval.ExpiresAt:u}. Nothing was changed."),
        ApprovalState.Pending => $"The approval '{approval.Id}' cannot be answered; nothing was changed.",
        _ => throw new ArgumentOutOfRangeException(nameof(approval), approval.State, "There is no such state."),
    };
}
