using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>What callers of guarded endpoints are told.</summary>
public sealed class AnswerTests
{
    private static readonly ManualTimeProvider Clock = new(new(2030, 1, 2, 18, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_used_up_day_is_429_and_says_what_and_until_when()
    {
        await using var app = await StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1.5m, Id = "the-id-of-alice" }),
            o => (o.Cost, o.UserId) = (1m, _ => "alice"));
        (await app.Client.GetAsync("/paid")).StatusCode.Should().Be(HttpStatusCode.OK);

        var response = await app.Client.GetAsync("/paid");

        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromHours(6));
        var text = await response.Content.ReadAsStringAsync();
        text.Should().NotContain("alice");
        var problem = await Problem.OfAsync(response, 429);
        ((string)problem["type"]!).Should().Be("urn:budgetfirewall:budget-exceeded");
        ((string)problem["decision"]!).Should().Be("budget_exceeded");
        ((string)problem["scopeKind"]!).Should().Be("user");
        ((string)problem["limit"]!).Should().Be("1.5");
        ((string)problem["remaining"]!).Should().Be("0.5");
        ((DateTimeOffset)problem["resetsAt"]!).Should().Be(new DateTimeOffset(2030, 1, 3, 0, 0, 0, TimeSpan.Zero));
        ((int)problem["retryAfterSeconds"]!).Should().Be(21_600);
        ((string)problem["deniedBy"]!.AsArray().Should().ContainSingle().Which!["period"]!).Should().Be("day");
    }

    [Fact]
    public async Task A_request_beyond_the_limit_itself_is_402_without_Retry_After()
    {
        await using var app = await StartAsync(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 0.5m }), o => o.Cost = 1m);
        var response = await app.Client.GetAsync("/paid");
        response.Headers.RetryAfter.Should().BeNull();
        ((string)(await Problem.OfAsync(response, 402))["decision"]!).Should().Be("budget_exceeded");
    }

    [Fact]
    public async Task A_used_up_budget_without_a_period_is_402()
    {
        await using var app = await StartAsync(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m, Period = BudgetPeriod.None }), o => o.Cost = 1m);
        await app.Client.GetAsync("/paid");
        await Problem.OfAsync(await app.Client.GetAsync("/paid"), 402);
    }

    [Fact]
    public async Task A_request_without_any_budget_is_402_where_that_is_forbidden()
    {
        await using var app = await StartAsync(options => options.UnbudgetedRequests = UnbudgetedRequests.Deny);
        (await Problem.OfAsync(await app.Client.GetAsync("/paid"), 402))["deniedBy"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task A_full_rate_limit_is_429_with_the_wait()
    {
        await using var app = await StartAsync(options => options.RateLimits.Add(new() { Scope = BudgetScope.Provider("openai"), Capacity = 1, RefillPerSecond = 0.4m }), o => o.Headers = BudgetHeaders.RateLimit);
        await app.Client.GetAsync("/paid");

        var response = await app.Client.GetAsync("/paid");

        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(3));
        Header(response, "RateLimit-Policy").Should().Be("\"provider-rate\";q=1;w=3");
        Header(response, "RateLimit").Should().Be("\"provider-rate\";r=0;t=3");
        var problem = await Problem.OfAsync(response, 429);
        ((string)problem["decision"]!).Should().Be("rate_limited");
        ((string)problem["scopeKind"]!).Should().Be("provider");
    }

    [Fact]
    public async Task A_throttled_budget_is_429_with_the_time_of_the_turn_and_shows_what_it_lets_through()
    {
        await using var app = await StartAsync(
            options => options.Budgets.Add(new()
            {
                Scope = BudgetScope.Provider("openai"), Limit = 1m, Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 0.4m, QueueLimit = 0 },
            }),
            o => (o.Cost, o.Headers, o.DenialDetails) = (1m, BudgetHeaders.RateLimit, BudgetDenialDetails.Action));
        Header(await app.Client.GetAsync("/paid"), "RateLimit").Should().Be("\"provider-day\";r=0;t=0");
        await app.Client.GetAsync("/paid");

        var response = await app.Client.GetAsync("/paid");

        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(3));
        Header(response, "RateLimit-Policy").Should().Be("\"provider-day\";q=1000000;qu=\"currency-millionths\";w=86400");
        Header(response, "RateLimit").Should().Be("\"provider-day\";r=0;t=3");
        var problem = await Problem.OfAsync(response, 429);
        ((string)problem["type"]!, (string)problem["decision"]!, (string)problem["outcome"]!).Should().Be(("urn:budgetfirewall:throttled", "throttle", "throttled"));
        ((string)problem["scopeKind"]!, (int)problem["deniedBy"]![0]!["retryAfterSeconds"]!).Should().Be(("provider", 3));
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.SlidingWindow)]
    public async Task A_full_window_is_429_until_it_is_over(RateLimitAlgorithm algorithm)
    {
        await using var app = await StartAsync(
            options => options.RateLimits.Add(new()
            {
                Scope = BudgetScope.Provider("openai"), Algorithm = algorithm, Limit = 1, Window = TimeSpan.FromMinutes(1),
                Alignment = algorithm == RateLimitAlgorithm.FixedWindow ? WindowAlignment.FirstRequest : null,
            }),
            o => o.Headers = BudgetHeaders.RateLimit);
        await app.Client.GetAsync("/paid");

        var response = await app.Client.GetAsync("/paid");

        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromMinutes(1));
        Header(response, "RateLimit-Policy").Should().Be("\"provider-rate\";q=1;w=60");
        Header(response, "RateLimit").Should().Be("\"provider-rate\";r=0;t=60");
        ((string)(await Problem.OfAsync(response, 429))["decision"]!).Should().Be("rate_limited");
    }

    [Fact]
    public async Task A_store_that_is_away_is_503_and_the_handler_does_not_run()
    {
        await using var store = new SwitchableStore(Clock);
        await using var app = await StartAsync(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 5m }), store: store);
        store.IsAway = true;
        var response = await app.Client.GetAsync("/paid");
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        ((string)(await Problem.OfAsync(response, 503))["decision"]!).Should().Be("store_unavailable");
        store.IsAway = false;
        (await app.StateAsync(BudgetScope.Global)).Spent.Should().Be(0m);
    }

    [Fact]
    public async Task Hidden_kinds_show_no_amounts_anywhere()
    {
        await using var app = await StartAsync(
            options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1.23m });
                options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 50m });
            },
            o =>
            {
                (o.Cost, o.UserId, o.Headers) = (1m, _ => "alice", BudgetHeaders.All);
                o.HiddenScopeKinds.Add("global");
            });
        var allowed = await app.Client.GetAsync("/paid");
        Header(allowed, "RateLimit-Policy").Should().Be("\"user-day\";q=50000000;qu=\"currency-millionths\";w=86400");
        Header(allowed, "RateLimit").Should().Be("\"user-day\";r=49000000;t=21600");
        Header(allowed, "X-Budget-Remaining").Should().Be("49");
        allowed.Headers.Contains("X-Budget-Warning").Should().BeFalse();

        var denied = await app.Client.GetAsync("/paid");
        var problem = await Problem.OfAsync(denied, 429);
        ((string)problem["scopeKind"]!).Should().Be("global");
        problem["limit"].Should().BeNull();
        problem.ToJsonString().Should().NotContain("1.23");
    }

    [Fact]
    public async Task Headers_leave_shadow_limits_out()
    {
        await using var app = await StartAsync(
            options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 100m });
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 0.5m, Enforcement = Enforcement.Shadow });
                options.RateLimits.Add(new() { Scope = BudgetScope.Global, Capacity = 1, RefillPerSecond = 0, Enforcement = Enforcement.Shadow });
            },
            o => (o.Cost, o.Headers) = (1m, BudgetHeaders.All));
        _ = await app.Client.GetAsync("/paid");

        var response = await app.Client.GetAsync("/paid");

        response.IsSuccessStatusCode.Should().BeTrue();
        Header(response, "RateLimit-Policy").Should().Be("\"global-day\";q=100000000;qu=\"currency-millionths\";w=86400");
        Header(response, "X-Budget-Remaining").Should().Be("98");
        response.Headers.Contains("X-Budget-Warning").Should().BeFalse();
    }

    [Fact]
    public async Task Headers_tell_what_is_left_and_what_is_nearly_used_up()
    {
        await using var app = await StartAsync(
            options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None });
                options.Budgets.Add(new() { Scope = BudgetScope.Provider("openai"), Limit = 1.2m, Enforcement = Enforcement.Soft, Period = BudgetPeriod.Month });
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 3m, Unit = "request", Period = BudgetPeriod.Hour });
            },
            o =>
            {
                (o.Cost, o.Headers) = (1m, BudgetHeaders.All);
                o.EstimateUsage = _ => new(new BudgetUsage());
            });
        var response = await app.Client.GetAsync("/paid");
        Header(response, "X-Budget-Remaining").Should().Be("0.2");
        Header(response, "X-Budget-Warning").Should().Be("\"provider-month\";used=0.833");
        Header(response, "RateLimit-Policy").Should().Contain("\"global-none\";q=100000000;qu=\"currency-millionths\"");
        Header(response, "RateLimit-Policy").Should().Contain("\"global-hour-request\";q=3;qu=\"requests\";w=3600");
        Header(response, "RateLimit").Should().Contain("\"global-hour-request\";r=2;t=3600");
        Header(response, "RateLimit").Should().NotContain("provider-month");
    }

    [Fact]
    public async Task No_headers_are_sent_unless_they_are_asked_for()
    {
        await using var app = await StartAsync(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 5m }));
        var names = (await app.Client.GetAsync("/paid")).Headers.Select(header => header.Key);
        names.Should().NotContain(name => name.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Budget", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_applications_problem_details_are_used()
    {
        await using var app = await StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 0m }),
            build: builder => builder.Services.AddProblemDetails(o => o.CustomizeProblemDetails = problem => problem.ProblemDetails.Extensions["traceOf"] = "mine"));
        var problem = await Problem.OfAsync(await app.Client.GetAsync("/paid"), 402);
        ((string)problem["traceOf"]!).Should().Be("mine");
        ((string)problem["decision"]!).Should().Be("budget_exceeded");
    }

    [Fact]
    public async Task A_client_that_only_takes_html_still_gets_the_problem()
    {
        await using var app = await StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 0m }), build: builder => builder.Services.AddProblemDetails());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/paid");
        request.Headers.Accept.ParseAdd("text/html");
        await Problem.OfAsync(await app.Client.SendAsync(request), 402);
    }

    [Fact]
    public async Task The_answer_can_be_the_applications_own()
    {
        await using var app = await StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 0m }),
            o => o.WriteDenial = async (context, decision) =>
            {
                context.Response.StatusCode = 418;
                await context.Response.WriteAsync($"No: {decision.Outcome}");
            });
        var response = await app.Client.GetAsync("/paid");
        ((int)response.StatusCode, await response.Content.ReadAsStringAsync()).Should().Be((418, "No: BudgetExceeded"));
    }

    [Fact]
    public async Task Kinds_that_no_header_can_carry_are_spelled_otherwise()
    {
        await using var app = await StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Each("ab\"c\\d, é\r\n"), Limit = 5m }),
            o => (o.Headers, o.Dimensions) = (BudgetHeaders.All, _ => new Dictionary<string, string> { ["ab\"c\\d, é\r\n"] = "x" }));
        Header(await app.Client.GetAsync("/paid"), "RateLimit-Policy").Should().StartWith("\"ab_c_d_____-day\";q=5000000;");
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Should().ContainSingle().Which;

    private static Task<TestApp> StartAsync(
        Action<BudgetFirewallOptions> configure, Action<BudgetEndpointOptions>? endpoint = null, Action<WebApplicationBuilder>? build = null, SwitchableStore? store = null) => TestApp.StartAsync(
        configure,
        app =>
        {
            app.UseBudgetFirewall();
            app.MapGet("/paid", () => "paid").RequireBudget("openai", o =>
            {
                o.Cost = 1m;
                endpoint?.Invoke(o);
            });
        },
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Clock);
            build?.Invoke(builder);
        },
        store);
}
