namespace BudgetFirewall;

/// <summary>
/// A charge, commit, release or extension could not be confirmed: repeat it with the same <see cref="BudgetFirewallException.OperationId"/>
/// or the same reservation. However often it is repeated, it is recorded at most once.
/// </summary>
public sealed class ChargeUnconfirmedException : BudgetFirewallException
{
    /// <summary>An exception for an operation that was not confirmed.</summary>
    /// <param name="message">A description of what happened.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public ChargeUnconfirmedException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }

    /// <summary>The reservation that was to be settled; null for a charge without one.</summary>
    public string? ReservationId { get; init; }

    /// <summary>True when the store may have recorded the operation; false when it certainly has not.</summary>
    public bool MayHaveHappened { get; init; }
}
