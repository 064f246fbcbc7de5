namespace BudgetFirewall;

/// <summary>There is no such approval: its id is unknown in the partition, or its record is past its time. Nothing was changed.</summary>
public sealed class ApprovalNotFoundException : BudgetFirewallException
{
    /// <summary>An exception for an id.</summary>
    /// <param name="approvalId">The id that was not found.</param>
    public ApprovalNotFoundException(string approvalId)
        : base(DisplayText.Escape($"There is no approval '{approvalId}': it is unknown, or its record is past its time. Nothing was changed.")) => ApprovalId = approvalId;

    /// <summary>The id that was not found.</summary>
    public string ApprovalId { get; }
}
