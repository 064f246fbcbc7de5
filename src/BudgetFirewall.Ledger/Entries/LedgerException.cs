namespace BudgetFirewall;

/// <summary>A ledger cannot be read or written: its database is away, was written by a later version, or does not hold what it must.</summary>
public sealed class LedgerException : BudgetFirewallException
{
    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">A description of what happened, and of what a person can do about it.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public LedgerException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
