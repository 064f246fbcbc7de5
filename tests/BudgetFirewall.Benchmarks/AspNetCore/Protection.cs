namespace BudgetFirewall.Benchmarks.AspNetCore;

/// <summary>What stands before the endpoint.</summary>
public enum Protection
{
    Nothing,

    /// <summary>ASP.NET Core's own: a token bucket for each user.</summary>
    RateLimiter,

    /// <summary>The budget firewall with the same: a token bucket for each user.</summary>
    OneRateLimit,

    /// <summary>The budget firewall as it is meant to be used: a budget for each user, the provider and all, and a token bucket for each user.</summary>
    ThreeBudgetsAndRateLimit,
}
