namespace BudgetFirewall;

/// <summary>More was to be given back than is left of a charge, or its cost was to be corrected upwards. Nothing was changed. What a call has cost more is a charge of its own.</summary>
public sealed class CorrectionTooLargeException : BudgetFirewallException
{
    /// <summary>An exception for a correction.</summary>
    /// <param name="message">A description of what was asked for.</param>
    /// <param name="cost">What the charge costs now.</param>
    public CorrectionTooLargeException(string message, decimal cost) : base(message) => Cost = cost;

    /// <summary>What the charge costs now, after all corrections before: as much can still be given back.</summary>
    public decimal Cost { get; }
}
