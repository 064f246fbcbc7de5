namespace BudgetFirewall.Reliability;

/// <summary>The calls that change the store.</summary>
public enum CallVerb
{
    Reserve,
    Commit,
    Release,
    Spend,
    Charge,
}
