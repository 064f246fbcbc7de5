namespace BudgetFirewall;

/// <summary>What a budget does when it is used up.</summary>
public enum Enforcement
{
    /// <summary>Denies what does not fit.</summary>
    Hard,

    /// <summary>Never denies; warns.</summary>
    Soft,
}
