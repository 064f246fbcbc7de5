using System.Threading.RateLimiting;

namespace BudgetFirewall.Benchmarks.Memory;

/// <summary>A request under five limits that never refuse: budgets for its user, project, provider and all, and a token bucket for its user.</summary>
internal static class FiveLimits
{
    private const int Plenty = 1_000_000_000;

    public static BudgetRequest Request { get; } = new()
    {
        Provider = "openai",
        ProjectId = "search",
        UserId = "user-000007",
        Cost = 0.000001m,
    };

    public static IBudgetFirewall Firewall() => new BudgetFirewallBuilder().Configure(options =>
    {
        options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = Plenty });
        options.Budgets.Add(new() { Scope = BudgetScope.Each("project"), Limit = Plenty });
        options.Budgets.Add(new() { Scope = BudgetScope.Each("provider"), Limit = Plenty });
        options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = Plenty });
        options.RateLimits.Add(new() { Scope = BudgetScope.Each("user"), Capacity = Plenty, RefillPerSecond = Plenty });
    }).Build();

    /// <summary>What the platform offers for the same request: four token buckets in a row.</summary>
    public static PartitionedRateLimiter<BudgetRequest> ChainedLimiter() => PartitionedRateLimiter.CreateChained(
        Limiter(request => request.UserId!),
        Limiter(request => request.ProjectId!),
        Limiter(request => request.Provider),
        Limiter(_ => "global"));

    public static TokenBucketRateLimiterOptions Bucket() => new()
    {
        TokenLimit = Plenty,
        TokensPerPeriod = Plenty,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };

    private static PartitionedRateLimiter<BudgetRequest> Limiter(Func<BudgetRequest, string> key) =>
        PartitionedRateLimiter.Create<BudgetRequest, string>(request => RateLimitPartition.GetTokenBucketLimiter(key(request), _ => Bucket()));
}
