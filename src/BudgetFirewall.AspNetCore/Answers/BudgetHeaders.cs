namespace BudgetFirewall;

/// <summary>Headers that tell callers of guarded endpoints what is left. Denials carry <c>Retry-After</c> in any case. Shadow limits are left out of all of them.</summary>
[Flags]
public enum BudgetHeaders
{
    /// <summary>No headers.</summary>
    None = 0,

    /// <summary>
    /// <c>RateLimit-Policy</c> and <c>RateLimit</c> as in draft-ietf-httpapi-ratelimit-headers-11: one item for each rate limit and each budget that may deny,
    /// named by the kind of its scope and its period. Money is counted in millionths of a currency unit, rounded down.
    /// </summary>
    RateLimit = 1,

    /// <summary><c>X-Budget-Remaining</c>: what is left, in currency units, of the budget of money that has least.</summary>
    Remaining = 2,

    /// <summary><c>X-Budget-Warning</c>: the budgets that are used up to <see cref="BudgetEndpointOptions.WarnAtUtilization"/> or more, and by how much.</summary>
    Warning = 4,

    /// <summary>All of them.</summary>
    All = RateLimit | Remaining | Warning,
}
