namespace BudgetFirewall.Benchmarks.Memory;

/// <summary>What the memory store keeps for each active user, their id included.</summary>
internal static class Footprint
{
    private const int Users = 1_000_000;

    public static async Task PrintAsync()
    {
        Console.WriteLine($"Bytes kept for each of {Users:N0} users:");
        await PrintAsync("one budget, charged", options => options.Budgets.Add(Budget()), ChargeAsync);
        await PrintAsync("one budget, reserved and committed", options => options.Budgets.Add(Budget()), ReserveAndCommitAsync);
        foreach (var limit in RateLimits())
            await PrintAsync($"one rate limit, a {limit.Algorithm} taken from once", options => options.RateLimits.Add(limit), SpendAsync);
        await PrintAsync("one budget and one rate limit, spent", options =>
        {
            options.Budgets.Add(Budget());
            options.RateLimits.Add(RateLimits()[0]);
        }, SpendAsync);
    }

    private static Budget Budget() => new() { Scope = BudgetScope.Each("user"), Limit = 1_000m };

    // None of them is whole again while it is measured.
    private static RateLimit[] RateLimits() =>
    [
        RateLimit.TokenBucket(BudgetScope.Each("user"), capacity: 1_000, refillPerSecond: 0.001m),
        RateLimit.LeakyBucket(BudgetScope.Each("user"), ratePerSecond: 0.001m),
        RateLimit.FixedWindow(BudgetScope.Each("user"), limit: 1_000, TimeSpan.FromDays(1)),
        RateLimit.SlidingWindow(BudgetScope.Each("user"), limit: 1_000, TimeSpan.FromDays(1)),
    ];

    private static async Task PrintAsync(string what, Action<BudgetFirewallOptions> configure, Func<IBudgetFirewall, BudgetRequest, ValueTask> call)
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(configure).Build();
        await call(firewall, Request("warm-up"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Users; i++)
            await call(firewall, Request($"user-{i:000000}"));
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"  {what}: {kept / (double)Users:N0}");
    }

    private static BudgetRequest Request(string user) => new() { Provider = "openai", UserId = user, Cost = 0.01m };

    private static async ValueTask ChargeAsync(IBudgetFirewall firewall, BudgetRequest request) => await firewall.ChargeAsync(request);

    private static async ValueTask SpendAsync(IBudgetFirewall firewall, BudgetRequest request) => await firewall.SpendAsync(request);

    private static async ValueTask ReserveAndCommitAsync(IBudgetFirewall firewall, BudgetRequest request) =>
        await (await firewall.ReserveAsync(request)).CommitAsync();
}
