namespace BudgetFirewall;

/// <summary>The effect of a limit that has no room for a request.</summary>
public enum Enforcement
{
    /// <summary>Denies a request that does not fit.</summary>
    Hard,

    /// <summary>Never denies; warns. Only for budgets.</summary>
    Soft,

    /// <summary>
    /// Never denies, and reports which requests it would deny; use it to try a limit before it is enforced. A shadow budget also warns. It counts on counters
    /// of its own, so it neither replaces an enforced limit nor is replaced by one.
    /// </summary>
    Shadow,
}
