namespace BudgetFirewall;

/// <summary>The charge that is to be corrected is not in the ledger: it was never made, its entry is not kept any more, or it has not arrived yet. Nothing was changed, and the correction may be repeated.</summary>
public sealed class ChargeNotFoundException : BudgetFirewallException
{
    /// <summary>An exception for a charge.</summary>
    /// <param name="message">A description of what was looked for.</param>
    public ChargeNotFoundException(string message) : base(message)
    {
    }
}
