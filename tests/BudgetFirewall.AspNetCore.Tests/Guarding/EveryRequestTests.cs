using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Where every request is guarded, no spelling of a method or a path runs a handler for free. Requests go over a socket, as an attacker writes them.</summary>
public sealed class EveryRequestTests
{
    private const string Origin = "Origin: https://example.org\r\n";
    private const string Asks = "Access-Control-Request-Method: POST\r\n";

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("HEAD")]
    [InlineData("Head")]
    [InlineData("head")]
    [InlineData("OPTIONS")]
    [InlineData("OPTIONS", Origin)]
    [InlineData("OPTIONS", Asks)]
    [InlineData("OPTIONS", Origin + Asks)]
    [InlineData("options", Origin + Asks)]
    [InlineData("Options")]
    [InlineData("BREW")]
    public async Task A_handler_of_any_method_costs_by_whatever_method_it_is_called(string method, string headers = "")
    {
        var runs = 0;
        await using var app = await StartAsync(app => app.Map("/any", (HttpRequest request) => Interlocked.Increment(ref runs)));
        await RawClient.SendAsync(app.Address, method, "/any", headers, method is "GET" or "HEAD" ? null : "body");
        (runs, await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((1, 1m));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task A_method_that_is_let_alone_does_not_open_a_handler_that_answers_others_too(string method)
    {
        await using var app = await StartAsync(app =>
        {
            app.MapMethods("/paid", ["GET", method], () => "paid");
            app.MapMethods("/own", [method], () => "free");
        });
        (await RawClient.StatusAsync(app.Address, method, "/own")).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0m);
        (await RawClient.StatusAsync(app.Address, method, "/paid")).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(1m);
    }

    [Fact]
    public async Task A_middleware_without_an_endpoint_costs_by_whatever_method_it_is_called()
    {
        await using var app = await StartAsync(app => app.Run(context => context.Response.WriteAsync("paid")));
        foreach (var (method, headers) in new[] { ("OPTIONS", Origin + Asks), ("HEAD", ""), ("Head", ""), ("GET", "") })
            (await RawClient.StatusAsync(app.Address, method, "/nowhere", headers)).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(4m);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_preflight_that_CORS_answers_costs_nothing_wherever_CORS_stands(bool isCorsFirst)
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            Configure,
            app =>
            {
                app.UseRouting();
                if (isCorsFirst)
                    app.UseCors();
                GuardEveryRequest(app);
                if (!isCorsFirst)
                    app.UseCors();
                app.MapPost("/asked", () => ++runs).RequireBudget("openai");
                app.MapPost("/every", () => ++runs);
                app.Map("/any", () => ++runs);
            },
            builder => builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.AllowAnyOrigin().AllowAnyMethod())));
        foreach (var path in new[] { "/asked", "/every", "/any" })
            (await RawClient.StatusAsync(app.Address, "OPTIONS", path, Origin + Asks)).Should().Be(204);
        (runs, await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((0, 0m));
        (await RawClient.StatusAsync(app.Address, "POST", "/every", Origin, "")).Should().Be(200);
        (runs, await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((1, 1m));
    }

    [Theory]
    [InlineData(CorsIs.Absent, "/llm", 200, 1)]
    [InlineData(CorsIs.Absent, "/llm/empty", 204, 1)]
    [InlineData(CorsIs.Unused, "/llm", 200, 1)]
    [InlineData(CorsIs.Unused, "/llm/empty", 204, 1)]
    [InlineData(CorsIs.InFront, "/llm", 200, 1)]
    [InlineData(CorsIs.InFront, "/llm/empty", 204, 1)]
    [InlineData(CorsIs.Behind, "/llm", 200, 1)]
    [InlineData(CorsIs.Behind, "/llm/empty", 204, 1)]
    [InlineData(CorsIs.Behind, "/x", 204, 0)]
    public async Task A_preflight_that_something_else_than_CORS_answers_costs_as_any_request(CorsIs cors, string path, int status, decimal cost)
    {
        await using var app = await TestApp.StartAsync(
            Configure,
            app =>
            {
                app.UseRouting();
                if (cors == CorsIs.InFront)
                    app.UseWhen(context => !context.Request.Path.StartsWithSegments("/llm"), branch => branch.UseCors());
                GuardEveryRequest(app);
                app.Map("/llm/empty", branch => branch.Run(context =>
                {
                    context.Response.StatusCode = 204;
                    return Task.CompletedTask;
                }));
                app.Map("/llm", branch => branch.Run(context => context.Response.WriteAsync("paid")));
                if (cors == CorsIs.Behind)
                    app.UseCors();
                app.MapFallback(() => "fallback");
            },
            builder =>
            {
                if (cors != CorsIs.Absent)
                    builder.Services.AddCors(options => options.AddDefaultPolicy(policy => policy.WithOrigins("https://another.example")));
            });
        (await RawClient.StatusAsync(app.Address, "OPTIONS", path, Origin + Asks)).Should().Be(status);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(cost);
    }

    [Fact]
    public async Task A_preflight_that_CORS_cannot_answer_is_refused_when_nothing_is_left()
    {
        var runs = 0;
        await using var app = await StartAsync(app =>
        {
            app.Map("/llm", branch => branch.Run(_ =>
            {
                runs++;
                return Task.CompletedTask;
            }));
            app.MapFallback(() => "fallback");
        }, options => options.Defaults.Cost = 60m);
        foreach (var status in new[] { 200, 429, 429 })
            (await RawClient.StatusAsync(app.Address, "OPTIONS", "/llm", Origin + Asks)).Should().Be(status);
        (runs, await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be((1, 60m));
    }

    public enum CorsIs
    {
        Absent,
        Unused,
        InFront,
        Behind,
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/")]
    [InlineData("/api/chat")]
    [InlineData("/API/chat")]
    [InlineData("/Api")]
    [InlineData("//api")]
    [InlineData("//api/chat")]
    [InlineData("///api//chat")]
    [InlineData("/x//api")]
    [InlineData("/api%2fchat")]
    [InlineData("/api%2Fchat")]
    [InlineData("/%2fapi")]
    [InlineData("/%61pi/chat")]
    [InlineData("/%2561pi/chat")]
    [InlineData("/api%252fchat")]
    [InlineData("/api;v=1")]
    [InlineData("/api;v=1/chat")]
    [InlineData("/;/api/chat")]
    [InlineData("/api%3bv=1/chat")]
    [InlineData("/api%3fx")]
    [InlineData("/api%23x")]
    [InlineData("/api%5cchat")]
    [InlineData("/\\api")]
    [InlineData("/%5c..%5capi")]
    [InlineData("/x/../api/chat")]
    [InlineData("/x/%2e%2e/api/chat")]
    [InlineData("/x/..%2fapi/chat")]
    [InlineData("/x%2f..%2fapi/chat")]
    [InlineData("/./api/chat")]
    [InlineData("/api./chat")]
    [InlineData("/api../chat")]
    [InlineData("/api%20/chat")]
    [InlineData("/%20api/chat")]
    [InlineData("/api%09/chat")]
    [InlineData("/api/..;/api/chat")]
    [InlineData("/x/..;/api/chat")]
    [InlineData("http://localhost/api/chat")]
    [InlineData("http://localhost//api/chat")]
    public async Task A_path_that_may_be_read_as_an_included_one_is_guarded_however_it_is_written(string target)
    {
        await using var app = await StartAsync(
            app => app.Map("/{**rest}", (string? rest) => "paid: " + rest),
            options => options.IncludeOnlyPaths.Add("/api"));
        (await RawClient.StatusAsync(app.Address, "GET", target)).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(1m);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/apis")]
    [InlineData("/x/api")]
    [InlineData("/static/site.css")]
    [InlineData("/static/a%20b.css")]
    [InlineData("/.well-known/security.txt")]
    [InlineData("/gr%C3%BC%C3%9Fe/")]
    public async Task A_path_that_is_plainly_another_is_let_alone(string target)
    {
        await using var app = await StartAsync(
            app => app.Map("/{**rest}", (string? rest) => "free: " + rest),
            options => options.IncludeOnlyPaths.Add("/api/"));
        (await RawClient.StatusAsync(app.Address, "GET", target)).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0m);
    }

    [Fact]
    public async Task The_route_of_an_endpoint_says_whether_it_is_included()
    {
        await using var app = await StartAsync(
            app =>
            {
                app.MapGet("/api/{name}", (string name) => "paid");
                app.MapGet("/static/{**file}", (string file) => "free");
                app.MapGet("/{area}/x", (string area) => "may be included");
                app.MapGet("/{area}/{**rest}", (string area, string rest) => "may be included");
                app.MapGet("/v{version:int}/x", (int version) => "free");
            },
            options => options.IncludeOnlyPaths.Add("/api"));
        foreach (var (target, cost) in new[] { ("/API/a%2fb", 1m), ("/api/a;b", 1m), ("/static/a;b", 0m), ("/static/..%2fapi", 0m), ("/api/x", 1m), ("/docs/x", 1m), ("/api;/x", 1m), ("/docs/y", 1m), ("/v1/x", 0m) })
            (target, await SpendAsync(app, target)).Should().Be((target, cost));
    }

    [Theory]
    [InlineData("/api/v1/chat", 1)]
    [InlineData("/api/v01/chat", 1)]
    [InlineData("/api/v+1/chat", 1)]
    [InlineData("/api/1/models", 0)]
    [InlineData("/API/V01/chat", 1)]
    [InlineData("/api/01/chat", 1)]
    [InlineData("/api/+1/chat", 1)]
    [InlineData("/free/v1/chat", 0)]
    public async Task A_route_with_a_parameter_where_an_included_path_has_text_is_guarded(string target, decimal cost)
    {
        await using var app = await StartAsync(
            app =>
            {
                app.MapGet("/api/v{version:int}/chat", (int version) => "paid");
                app.MapGet("/api/{version:int}/chat", (int version) => "paid");
                app.MapGet("/api/{version:int}/models", (int version) => "free");
                app.MapGet("/free/v{version:int}/chat", (int version) => "free");
            },
            options =>
            {
                options.IncludeOnlyPaths.Add("/api/v1");
                options.IncludeOnlyPaths.Add("/api/1/chat");
            });
        (await SpendAsync(app, target)).Should().Be(cost);
    }

    [Theory]
    [InlineData("//health")]
    [InlineData("/health;x")]
    [InlineData("/health;x/live")]
    [InlineData("/health/..%2fapi")]
    [InlineData("/health/%2e%2e/api")]
    [InlineData("/health/../api")]
    [InlineData("/health/..;/api")]
    [InlineData("/health%2f..%2fapi")]
    [InlineData("/health/%5c..%5capi")]
    [InlineData("/health/..%5c..%5capi")]
    [InlineData("/health/%252e%252e/api")]
    [InlineData("/health//api")]
    [InlineData("/health/.%20/api")]
    [InlineData("/health%3f/api")]
    [InlineData("/healthy")]
    [InlineData("/health.")]
    public async Task A_path_that_may_be_read_as_another_than_an_excluded_one_is_guarded(string target)
    {
        await using var app = await StartAsync(app => app.Map("/{**rest}", (string? rest) => "paid: " + rest));
        (await RawClient.StatusAsync(app.Address, "GET", target)).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(1m);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/Health/")]
    [InlineData("/health/live")]
    [InlineData("/x/../health/live")]
    public async Task A_path_that_is_plainly_an_excluded_one_is_let_alone(string target)
    {
        await using var app = await StartAsync(app => app.Map("/{**rest}", (string? rest) => "free: " + rest));
        (await RawClient.StatusAsync(app.Address, "GET", target)).Should().Be(200);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0m);
    }

    [Fact]
    public async Task A_parameter_that_takes_the_name_of_an_excluded_path_opens_nothing()
    {
        await using var app = await StartAsync(app =>
        {
            app.MapGet("/{tenant}/chat", (string tenant) => "paid");
            app.MapGet("/health/live", () => "free");
        });
        (await SpendAsync(app, "/health/chat")).Should().Be(1m);
        (await SpendAsync(app, "/health/live")).Should().Be(0m);
    }

    private static void GuardEveryRequest(WebApplication app, Action<BudgetGuardOptions>? configure = null) => app.UseBudgetFirewall(options =>
    {
        options.GuardEveryRequest = true;
        options.Defaults.Provider = "openai";
        configure?.Invoke(options);
    });

    private static Task<TestApp> StartAsync(Action<WebApplication> map, Action<BudgetGuardOptions>? configure = null) => TestApp.StartAsync(Configure, app =>
    {
        GuardEveryRequest(app, configure);
        map(app);
    });

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 100m });
        options.Pricing.DefaultCostPerRequest = 1m;
    }

    private static async Task<decimal> SpendAsync(TestApp app, string target)
    {
        var before = (await app.StateAsync(BudgetScope.Global)).Spent;
        (await RawClient.StatusAsync(app.Address, "GET", target)).Should().Be(200);
        return await app.SpentOnceSettledAsync(BudgetScope.Global) - before;
    }
}
