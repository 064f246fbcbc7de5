namespace BudgetFirewall;

/// <summary>An operation id, or a settled reservation, was used again with other content. Nothing was changed.</summary>
public sealed class OperationConflictException : BudgetFirewallException
{
    /// <summary>An exception with a message.</summary>
    /// <param name="message">A description of what was repeated with other content.</param>
    public OperationConflictException(string message) : base(message)
    {
    }
}
