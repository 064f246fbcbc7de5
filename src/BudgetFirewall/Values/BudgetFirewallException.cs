namespace BudgetFirewall;

/// <summary>The base of every exception that the library throws apart from those about arguments.</summary>
public class BudgetFirewallException : Exception
{
    /// <summary>An exception with the default message.</summary>
    public BudgetFirewallException()
    {
    }

    /// <summary>An exception with a message.</summary>
    /// <param name="message">A description of what happened; escaped by <see cref="DisplayText"/>, as it may name ids.</param>
    public BudgetFirewallException(string message) : base(DisplayText.Escape(message))
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">A description of what happened; escaped by <see cref="DisplayText"/>, as it may name ids.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public BudgetFirewallException(string message, Exception? innerException) : base(DisplayText.Escape(message), innerException)
    {
    }

    /// <summary>The operation's id; null where none was made yet.</summary>
    public string? OperationId { get; init; }
}
