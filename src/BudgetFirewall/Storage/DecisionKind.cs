namespace BudgetFirewall.Storage;

/// <summary>The kinds of call over the limits of a request.</summary>
public enum DecisionKind
{
    /// <summary>Checks whether the amounts fit and takes from rate limits; charges no budget.</summary>
    Check,

    /// <summary>Sets the amounts aside until a commit, a release or the end of the lease.</summary>
    Reserve,

    /// <summary>Charges the amounts if they fit.</summary>
    Spend,

    /// <summary>Charges the amounts, whether they fit or not.</summary>
    Charge,

    /// <summary>Checks rate limits alone and takes from them; its call has no budgets, and its ids are apart from those of other checks.</summary>
    CheckRateLimits,
}
