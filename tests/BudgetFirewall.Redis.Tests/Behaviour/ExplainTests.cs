using System.Globalization;

namespace BudgetFirewall.Redis.Tests;

/// <summary>An explanation leaves every key as it was, with its expiry, and makes none.</summary>
public sealed class ExplainTests(SharedServer server) : RedisStoreTests(server)
{
    [Fact]
    public async Task An_explanation_leaves_every_key_byte_for_byte_with_its_expiry_and_makes_none()
    {
        var random = new Random(20261202);
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.StoreTimeout = TimeSpan.FromSeconds(30);
                foreach (var scope in new[] { BudgetScope.Each("user"), BudgetScope.Global, BudgetScope.Each("project") })
                {
                    options.Budgets.Add(new Budget { Scope = scope, Limit = 5m });
                    options.Budgets.Add(new Budget { Scope = scope, Limit = 1m, Unit = "record", Enforcement = Enforcement.Shadow });
                    options.RateLimits.Add(RateLimit.TokenBucket(scope, 5, 0.0001m));
                    options.RateLimits.Add(RateLimit.FixedWindow(scope, 9, TimeSpan.FromHours(1)) with { Id = $"{scope}:window" });
                    options.RateLimits.Add(RateLimit.SlidingWindow(scope, 9, TimeSpan.FromHours(1)) with { Id = $"{scope}:log" });
                }
            })
            .UseStore(context => new RedisBudgetStore(context, Database.Multiplexer, new() { KeyPrefix = Prefix }))
            .Build();
        await firewall.RateLimits.SetAsync(RateLimit.TokenBucket(BudgetScope.User("u1"), 2, 0.0001m));
        var before = await DumpAsync();

        for (var i = 0; i < 200; i++)
        {
            var request = AnyRequest(random, i);
            (await firewall.ExplainAsync(request)).Limits.Should().NotBeEmpty();
            (await DumpAsync()).Should().Equal(before, $"explanation {i} changes nothing");
            if (i % 4 == 0)
                await firewall.TrySpendAsync(request with { OperationId = null });
            else if (i % 4 == 1)
                await firewall.TryReserveAsync(request with { OperationId = null });
            before = await DumpAsync();
        }
    }

    private static BudgetRequest AnyRequest(Random random, int i) => new()
    {
        Provider = "p",
        UserId = $"u{random.Next(3)}",
        ProjectId = random.Next(2) == 0 ? "search" : null,
        Cost = random.Next(4) / 4m,
        Permits = random.Next(1, 4),
        Usage = random.Next(2) == 0 ? new() { Units = new Dictionary<string, decimal> { ["record"] = 1m } } : null,
        OperationId = random.Next(2) == 0 ? $"id-{i}" : null,
    };

    private async Task<List<string>> DumpAsync()
    {
        var lines = new List<string>();
        foreach (var key in Keys())
        {
            var expiry = (long)await Database.ExecuteAsync("PEXPIRETIME", key);
            var value = await Database.KeyDumpAsync(key) ?? [];
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{key} {expiry} {Convert.ToHexString(value)}"));
        }
        return lines;
    }
}
