namespace BudgetFirewall.Testing;

/// <summary>An assertion about budgets does not hold. Every test framework takes it for a failed test.</summary>
public sealed class BudgetAssertionException : Exception
{
    /// <summary>An exception with a message.</summary>
    /// <param name="message">The message, which says the expected and the found value.</param>
    public BudgetAssertionException(string message) : base(message)
    {
    }
}
