namespace BudgetFirewall;

/// <summary>
/// The outcome of a decision. When there are several reasons for a denial, the store comes before budgets, and budgets before rate limits: see <see cref="OutcomeTraits.Rank"/>.
/// </summary>
public enum DecisionOutcome
{
    /// <summary>The request may be made.</summary>
    Allowed,

    /// <summary>At least one hard budget has no room for the request, or the request would take a throttled one above its ceiling.</summary>
    BudgetExceeded,

    /// <summary>Nothing refuses but budgets whose limit somebody may raise by an approval, and at least one of them has no room for the request; or a rate limit or a throttled budget refuses beside them.</summary>
    ApprovalRequired,

    /// <summary>No budget refuses for good, and at least one throttled budget is above its limit and has no turn for the request yet.</summary>
    Throttled,

    /// <summary>Every budget has room, and at least one rate limit refuses.</summary>
    RateLimited,

    /// <summary>The store could not answer, or not in time, so that nothing is known of the budgets.</summary>
    StoreUnavailable,
}
