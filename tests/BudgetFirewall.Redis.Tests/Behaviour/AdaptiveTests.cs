using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>What the keys of adaptive rate limits are, and what leaves them alone.</summary>
public sealed class AdaptiveTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly AdaptiveRate Follow = new() { Floor = 1, GrowthPerSecond = 5, Cooldown = TimeSpan.FromMilliseconds(10) };
    private static readonly ProviderSignal Overload = new() { IsOverloaded = true };
    private static readonly BudgetRequest OfOneRecord = new() { Provider = "p", Usage = new() { Units = new Dictionary<string, decimal> { ["record"] = 1m } } };

    [Fact]
    public async Task A_denial_leaves_every_key_of_lowered_limits_byte_for_byte_with_its_expiry()
    {
        await using var firewall = Firewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1m });
            options.RateLimits.Add(RateLimit.TokenBucket(BudgetScope.Provider("p"), 50, 1) with { Adaptive = Follow });
            options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.Provider("p"), 1) with { Adaptive = Follow, Id = "queue" });
            options.RateLimits.Add(RateLimit.FixedWindow(BudgetScope.Provider("p"), 50, TimeSpan.FromHours(1)) with { Adaptive = Follow, Id = "window" });
            options.RateLimits.Add(RateLimit.SlidingWindow(BudgetScope.Provider("p"), 50, TimeSpan.FromHours(1)) with { Adaptive = Follow, Id = "log", Unit = "record" });
        });
        // So much that no key is over before the test is.
        await firewall.TryReserveAsync(OfOneRecord with { Cost = 0m, Permits = 45 });
        (await firewall.RateLimits.ReportAsync(OfOneRecord, Overload)).Should().HaveCount(4);
        await Task.Delay(150);
        var before = await DumpAsync();

        for (var i = 0; i < 50; i++)
        {
            var denied = await firewall.TryReserveAsync(OfOneRecord with { Cost = i % 2 == 0 ? 2m : 0m, Permits = i % 2 == 0 ? 1 : 60, OperationId = i % 3 == 0 ? $"id-{i}" : null });
            denied.IsGranted.Should().BeFalse();
            await firewall.ExplainAsync(OfOneRecord with { Cost = 0m });
            await firewall.GetStatusAsync(BudgetScope.Provider("p"));
        }

        (await DumpAsync()).Should().Equal(before);
        before.Should().Contain(line => line.Contains(":v1:a:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_at_its_ceiling_has_no_key_and_one_below_it_has_a_key_that_expires()
    {
        await using var firewall = Firewall(options => options.RateLimits.Add(RateLimit.TokenBucket(BudgetScope.Provider("p"), 50, 20) with { Adaptive = Follow with { GrowthPerSecond = 20m } }));
        await firewall.CheckAsync(OfOneRecord);
        Adaptations().Should().BeEmpty();

        await firewall.RateLimits.ReportAsync(OfOneRecord, Overload);
        var expiry = await Database.KeyTimeToLiveAsync(Adaptations().Should().ContainSingle().Which);
        for (var i = 0; i < 100 && Adaptations().Any(); i++)
        {
            await Task.Delay(20);
            await firewall.TryCheckAsync(OfOneRecord);
        }

        expiry.Should().BeCloseTo(TimeSpan.FromHours(25), TimeSpan.FromMinutes(1));
        Adaptations().Should().BeEmpty("the limit has grown back to its ceiling");
        (await firewall.GetStatusAsync(BudgetScope.Provider("p"))).RateLimits.Should().ContainSingle().Which.RefillPerSecond.Should().Be(20m);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("list")]
    [InlineData("longer")]
    public async Task A_foreign_value_fails_closed_is_named_and_is_not_overwritten(string value)
    {
        await using var firewall = Firewall(options => options.RateLimits.Add(RateLimit.TokenBucket(BudgetScope.Provider("p"), 50, 20) with { Adaptive = Follow }));
        await firewall.RateLimits.ReportAsync(OfOneRecord, Overload);
        var key = Adaptations().Should().ContainSingle().Which;
        if (value == "longer")
            await Database.StringAppendAsync(key, "x");
        else
            await Database.KeyDeleteAsync(key);
        if (value == "text")
            await Database.StringSetAsync(key, new byte[36]);
        else if (value == "list")
            await Database.ListRightPushAsync(key, "x");
        var before = await Database.KeyDumpAsync(key);

        var denied = await firewall.TryCheckAsync(OfOneRecord);
        var report = (await FluentActions.Awaiting(async () => await firewall.RateLimits.ReportAsync(OfOneRecord, Overload)).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        denied.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        report.Message.Should().Contain(key);
        report.IsNeverAllowed.Should().BeTrue();
        (await Database.KeyDumpAsync(key)).Should().Equal(before);
    }

    private IBudgetFirewall Firewall(Action<BudgetFirewallOptions> configure) => new BudgetFirewallBuilder()
        .Configure(options => options.StoreTimeout = TimeSpan.FromSeconds(30))
        .Configure(configure)
        .UseStore(context => new RedisBudgetStore(context, Database.Multiplexer, new() { KeyPrefix = Prefix }))
        .Build();

    private IEnumerable<string> Adaptations() => Keys().Where(key => key.Contains(":v1:a:", StringComparison.Ordinal));

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
