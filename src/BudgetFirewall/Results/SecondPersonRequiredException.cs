namespace BudgetFirewall;

/// <summary>Whoever has asked for an approval may not approve it, by <see cref="ApprovalOptions.RequireSecondPerson"/>. Nothing was changed.</summary>
public sealed class SecondPersonRequiredException : BudgetFirewallException
{
    /// <summary>An exception for an approval.</summary>
    /// <param name="approvalId">The approval's id.</param>
    /// <param name="message">A description of who is missing.</param>
    public SecondPersonRequiredException(string approvalId, string message) : base(message) => ApprovalId = approvalId;

    /// <summary>The approval's id.</summary>
    public string ApprovalId { get; }
}
