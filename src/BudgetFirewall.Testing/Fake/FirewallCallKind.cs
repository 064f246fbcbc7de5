namespace BudgetFirewall.Testing;

/// <summary>The kinds of calls that a program makes to a firewall.</summary>
public enum FirewallCallKind
{
    /// <summary>A check.</summary>
    Check,

    /// <summary>A reservation.</summary>
    Reserve,

    /// <summary>A spend.</summary>
    Spend,

    /// <summary>A charge.</summary>
    Charge,

    /// <summary>A commit, by the reservation or by its id.</summary>
    Commit,

    /// <summary>A release, by the reservation or by its id, or by disposing it.</summary>
    Release,

    /// <summary>An extension of a lease.</summary>
    Extend,

    /// <summary>A reading of the status of a scope or of a request.</summary>
    Status,

    /// <summary>A check of rate limits alone.</summary>
    CheckRateLimits,

    /// <summary>An explanation of what a check would answer.</summary>
    Explain,

    /// <summary>A refund, or the correction of a charge to its true cost.</summary>
    Correct,
}
