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

        var e = (await FluentActions.Awaiting(() => api.Client.GetAsync("bytes/5")).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;

        e.Provider.Should().Be(GuardedApi.Name);
        api.Server.Arrived.Should().Be(0);
        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_call_whose_bytes_have_a_price_is_not_sent_without_an_expected_usage()
    {
        await using var api = await GuardedApi.StartAsync(firewall: options => options.Pricing.Units["kb"] = 1m);

        var e = (await FluentActions.Awaiting(() => api.Client.GetAsync("bytes/5")).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;

        e.Message.Should().Contain("kb");
        api.Server.Arrived.Should().Be(0);
    }

    [Fact]
    public async Task A_denied_call_throws_and_is_not_sent()
    {
        await using var api = await StartAsync(limit: 0m);

        var denied = (await FluentActions.Awaiting(() => api.Client.GetAsync("quote")).Should().ThrowExactlyAsync<BudgetExceededException>()).Which;

        denied.Should().NotBeAssignableTo<HttpRequestException>();
        api.Server.Arrived.Should().Be(0);
        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_denial_by_a_budget_can_be_a_402()
    {
        await using var api = await StartAsync(limit: 0m, options => options.OnDenied = DeniedResponse.Create);
        using var request = new HttpRequestMessage(HttpMethod.Get, "quote");

        using var response = await api.Client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.PaymentRequired);
        (response.Content.Headers.ContentType?.MediaType).Should().Be("application/problem+json");
        (await response.Content.ReadAsStringAsync()).Should().NotContain(GuardedApi.Name);
        response.RequestMessage.Should().BeSameAs(request);
        request.Options.TryGetValue(BudgetHttpKeys.Decision, out var decision).Should().BeTrue();
        decision!.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        api.Server.Arrived.Should().Be(0);
    }

    [Fact]
    public async Task A_denial_by_a_rate_limit_can_be_a_429_that_says_when_to_come_back()
    {
        await using var api = await StartAsync(limit: 100m, options => options.OnDenied = DeniedResponse.Create, firewall =>
            firewall.RateLimits.Add(new RateLimit { Scope = BudgetScope.Global, Capacity = 1, RefillPerSecond = 0.01m }));

        using var first = await api.Client.GetAsync("quote");
        using var second = await api.Client.GetAsync("quote");

        first.StatusCode.Should().Be(HttpStatusCode.OK);
        second.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        second.Headers.RetryAfter!.Delta!.Value.TotalSeconds.Should().BeInRange(50, 100);
        api.Server.Arrived.Should().Be(1);
    }

    [Theory]
    [InlineData(DecisionOutcome.BudgetExceeded, 402)]
    [InlineData(DecisionOutcome.ApprovalRequired, 402)]
    [InlineData(DecisionOutcome.RateLimited, 429)]
    [InlineData(DecisionOutcome.Throttled, 429)]
    [InlineData(DecisionOutcome.StoreUnavailable, 503)]
    public void The_status_says_what_refused_and_the_wait_is_rounded_up(DecisionOutcome outcome, int status)
    {
        using var response = DeniedResponse.Create(new BudgetDecision { Outcome = outcome, RetryAfter = TimeSpan.FromMilliseconds(1_200) });

        ((int)response.StatusCode).Should().Be(status);
        (response.Headers.RetryAfter?.Delta).Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_body_names_the_approvals_that_are_pending()
    {
        using var response = DeniedResponse.Create(new BudgetDecision { Outcome = DecisionOutcome.ApprovalRequired, ApprovalIds = ["6b0c", "a\"b"] });

        var body = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        ((string)body["approvalId"]!, (string)body["approvalIds"]![1]!).Should().Be(("6b0c", "a\"b"));
    }

    [Fact]
    public void There_is_no_response_for_what_is_allowed_or_not_known()
    {
        FluentActions.Invoking(() => DeniedResponse.Create(new BudgetDecision { Outcome = DecisionOutcome.Allowed })).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => DeniedResponse.Create(new BudgetDecision { Outcome = (DecisionOutcome)99 })).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static Task<GuardedApi> StartAsync(decimal limit, Action<BudgetHandlerOptions>? configure = null, Action<BudgetFirewallOptions>? firewall = null) =>
        GuardedApi.StartAsync(configure, options =>
        {
            options.Budgets.Clear();
            options.Budgets.Add(new Budget { Scope = BudgetScope.Provider(GuardedApi.Name), Limit = limit });
            firewall?.Invoke(options);
        });
}
