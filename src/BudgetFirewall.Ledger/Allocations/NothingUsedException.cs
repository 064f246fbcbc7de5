namespace BudgetFirewall;

/// <summary>A shared cost cannot be divided in proportion to use, because nobody that it is for has used anything in its time. Nothing was changed.</summary>
public sealed class NothingUsedException : BudgetFirewallException
{
    /// <summary>An exception with a message.</summary>
    /// <param name="message">A description of the use that was looked for.</param>
    public NothingUsedException(string message) : base(message)
    {
    }
}
