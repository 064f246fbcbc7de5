namespace BudgetFirewall.Storage;

/// <summary>A store could not answer. The firewall turns it into a denial, or into <see cref="ChargeUnconfirmedException"/>.</summary>
public sealed class BudgetStoreException : BudgetFirewallException
{
    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">A description of what happened, and of what a person can do about it.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public BudgetStoreException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }

    /// <summary>True when the call may have been executed although its answer is missing. Default true, which is the safe assumption.</summary>
    public bool MayHaveHappened { get; init; } = true;

    /// <summary>True for a fault of set-up or data (a missing permission, a corrupt value, lost data) that <see cref="FailureMode.Allow"/> must not let requests through for.</summary>
    public bool IsNeverAllowed { get; init; }
}
