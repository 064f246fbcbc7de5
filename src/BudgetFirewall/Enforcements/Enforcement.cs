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

    /// <summary>
    /// Denies nothing up to its limit, and lets calls above it begin at a rate, whatever they cost: each waits for its turn, or is denied as by a queueing rate limit. What they cost is recorded as an
    /// overrun. Above the ceiling, where there is one, it denies as a hard budget does. Only for budgets, and only together with <see cref="Budget.Throttle"/>.
    /// </summary>
    Throttle,

    /// <summary>
    /// Denies a request that does not fit, as <see cref="Hard"/> does, and asks for an approval, which may raise what the budget admits for the rest of the period: <see cref="IBudgetFirewall.Approvals"/>.
    /// Only for budgets.
    /// </summary>
    Escalate,
}
