using System.Net;

namespace BudgetFirewall.Http.Tests;

public sealed class DenialTests
{
    [Fact]
    public async Task A_call_that_nothing_prices_is_not_sent()
    {
        await using var api = await GuardedApi.StartAsync(firewall: options =>
        {
            options.Pricing.Providers.Clear();
            options.Pricing.Providers["misspelt"] = 1m;
        });

        var e = await Assert.ThrowsAsync<UnknownPriceException>(() => api.Client.GetAsync("bytes/5"));

        Assert.Equal(GuardedApi.Name, e.Provider);
        Assert.Equal(0, api.Server.Arrived);
        Assert.Equal((0m, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task A_call_whose_bytes_have_a_price_is_not_sent_without_an_expected_usage()
    {
        await using var api = await GuardedApi.StartAsync(firewall: options => options.Pricing.Units["kb"] = 1m);

        var e = await Assert.ThrowsAsync<UnknownPriceException>(() => api.Client.GetAsync("bytes/5"));

        Assert.Contains("kb", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, api.Server.Arrived);
    }

    [Fact]
    public async Task A_denied_call_throws_and_is_not_sent()
    {
        await using var api = await StartAsync(limit: 0m);

        var denied = await Assert.ThrowsAsync<BudgetExceededException>(() => api.Client.GetAsync("quote"));

        Assert.IsNotAssignableFrom<HttpRequestException>(denied);
        Assert.Equal(0, api.Server.Arrived);
        Assert.Equal((0m, 0m), await api.BudgetAsync());
    }

    [Fact]
    public async Task A_denial_by_a_budget_can_be_a_402()
    {
        await using var api = await StartAsync(limit: 0m, options => options.OnDenied = DeniedResponse.Create);
        using var request = new HttpRequestMessage(HttpMethod.Get, "quote");

        using var response = await api.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(GuardedApi.Name, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Same(request, response.RequestMessage);
        Assert.True(request.Options.TryGetValue(BudgetHttpKeys.Decision, out var decision));
        Assert.Equal(DecisionOutcome.BudgetExceeded, decision.Outcome);
        Assert.Equal(0, api.Server.Arrived);
    }

    [Fact]
    public async Task A_denial_by_a_rate_limit_can_be_a_429_that_says_when_to_come_back()
    {
        await using var api = await StartAsync(limit: 100m, options => options.OnDenied = DeniedResponse.Create, firewall =>
            firewall.RateLimits.Add(new RateLimit { Scope = BudgetScope.Global, Capacity = 1, RefillPerSecond = 0.01m }));

        using var first = await api.Client.GetAsync("quote");
        using var second = await api.Client.GetAsync("quote");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 50, 100);
        Assert.Equal(1, api.Server.Arrived);
    }

    [Theory]
    [InlineData(DecisionOutcome.BudgetExceeded, 402)]
    [InlineData(DecisionOutcome.RateLimited, 429)]
    [InlineData(DecisionOutcome.StoreUnavailable, 503)]
    public void The_status_says_what_refused_and_the_wait_is_rounded_up(DecisionOutcome outcome, int status)
    {
        using var response = DeniedResponse.Create(new BudgetDecision { Outcome = outcome, RetryAfter = TimeSpan.FromMilliseconds(1_200) });

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
    }

    private static Task<GuardedApi> StartAsync(decimal limit, Action<BudgetHandlerOptions>? configure = null, Action<BudgetFirewallOptions>? firewall = null) =>
        GuardedApi.StartAsync(configure, options =>
        {
            options.Budgets.Clear();
            options.Budgets.Add(new Budget { Scope = BudgetScope.Provider(GuardedApi.Name), Limit = limit });
            firewall?.Invoke(options);
        });
}
