namespace BudgetFirewall.Benchmarks.Memory;

/// <summary>One rate limit of each algorithm on one provider, and firewalls that have no other limit.</summary>
internal static class RateLimited
{
    private const decimal Plenty = 1_000_000_000m;

    public static RateLimit TokenBucket { get; } = RateLimit.TokenBucket(BudgetScope.Provider("openai"), Plenty, Plenty);

    public static RateLimit FixedWindow { get; } = RateLimit.FixedWindow(BudgetScope.Provider("openai"), Plenty, TimeSpan.FromMinutes(1));

    /// <summary>At this rate nobody ever waits.</summary>
    public static RateLimit LeakyBucket { get; } = RateLimit.LeakyBucket(BudgetScope.Provider("openai"), 9_000_000_000m);

    public static RateLimit SlidingWindow(TimeSpan window) => RateLimit.SlidingWindow(BudgetScope.Provider("openai"), Plenty, window);

    public static BudgetFirewallBuilder Builder(RateLimit limit) => new BudgetFirewallBuilder().Configure(options =>
    {
        options.RateLimits.Add(limit);
        options.StoreTimeout = TimeSpan.FromSeconds(30);
    });

    public static IBudgetFirewall Firewall(RateLimit limit) => Builder(limit).Build();
}
