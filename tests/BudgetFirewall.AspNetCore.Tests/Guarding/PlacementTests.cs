using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The middleware among others: registered twice, around error pages, behind other identities, before filters.</summary>
public sealed class PlacementTests
{
    [Fact]
    public async Task Registered_twice_it_reserves_and_charges_once()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall();
            app.UseBudgetFirewall();
            app.MapGet("/paid", (IBudgetContext budget) => budget.ReportCost(0.25m)).RequireBudget("openai");
        });
        (await SpendAsync(app, "/paid")).Should().Be(0.25m);
    }

    [Fact]
    public async Task The_page_of_an_error_is_not_charged_where_every_request_is_guarded()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseExceptionHandler("/error");
            app.UseStatusCodePagesWithReExecute("/status");
            GuardEveryRequest(app);
            app.MapGet("/throws", void () => throw new InvalidOperationException("The provider failed."));
            app.MapGet("/missing", () => Results.NotFound());
            app.MapGet("/error", () => "an error page");
            app.MapGet("/status", () => "a status page");
        });
        (await SpendAsync(app, "/throws", HttpStatusCode.InternalServerError)).Should().Be(0m);
        (await SpendAsync(app, "/missing", HttpStatusCode.NotFound)).Should().Be(1m);
        (await SpendAsync(app, "/error")).Should().Be(1m);
    }

    [Fact]
    public async Task A_guarded_error_page_is_charged_like_any_other_endpoint()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseExceptionHandler("/error");
            GuardEveryRequest(app);
            app.MapGet("/throws", void () => throw new InvalidOperationException("The provider failed."));
            app.MapGet("/error", () => "an error page").RequireBudget(o => o.Cost = 0.5m);
        });
        (await SpendAsync(app, "/throws", HttpStatusCode.InternalServerError)).Should().Be(0.5m);
    }

    [Fact]
    public async Task A_filter_may_end_the_request_before_its_handler_and_report()
    {
        var runs = 0;
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall();
            app.MapGet("/paid", () => ++runs).RequireBudget("openai").AddEndpointFilter(async (call, next) =>
            {
                if (!call.HttpContext.Request.Query.ContainsKey("cached"))
                    return await next(call);
                call.HttpContext.Features.Get<IBudgetContext>()!.ReportNothing();
                return "from the cache";
            });
        });
        (await SpendAsync(app, "/paid?cached")).Should().Be(0m);
        (await SpendAsync(app, "/paid")).Should().Be(1m);
        runs.Should().Be(1);
    }

    [Fact]
    public async Task A_handler_that_throws_after_its_answer_has_begun_is_charged_what_it_reported()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall();
            app.MapGet("/paid", async (HttpContext context, IBudgetContext budget) =>
            {
                await context.Response.WriteAsync("the first part");
                await context.Response.Body.FlushAsync();
                if (context.Request.Query.ContainsKey("reported"))
                    budget.ReportCost(0.125m);
                throw new InvalidOperationException("The provider broke off.");
            }).RequireBudget("openai");
        });
        await FluentActions.Awaiting(() => app.Client.GetStringAsync("/paid")).Should().ThrowExactlyAsync<HttpRequestException>();
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0m);
        await FluentActions.Awaiting(() => app.Client.GetStringAsync("/paid?reported")).Should().ThrowExactlyAsync<HttpRequestException>();
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0.125m);
    }

    [Fact]
    public async Task Claims_of_identities_that_nobody_has_authenticated_are_not_believed()
    {
        ClaimsIdentity[] identities = [];
        await using var app = await StartAsync(app =>
        {
            app.Use((context, next) =>
            {
                context.User = new(identities);
                return next(context);
            });
            app.UseBudgetFirewall();
            app.MapGet("/paid", (IBudgetContext budget) => budget.Request.UserId ?? "nobody").RequireBudget("openai");
            app.MapGet("/claim", (IBudgetContext budget) => budget.Request.UserId ?? "nobody").RequireBudget("openai", o => o.UserId = BudgetUserId.FromClaim("tenant"));
        });
        ClaimsIdentity claimed = new([new(ClaimTypes.NameIdentifier, "mallory"), new("tenant", "mallory")]);
        ClaimsIdentity nameless = new([new("scope", "read")], "certificate");
        ClaimsIdentity alice = new([new("sub", "alice"), new("tenant", "acme")], "token");

        identities = [nameless, claimed];
        (await app.Client.GetStringAsync("/paid"), await app.Client.GetStringAsync("/claim")).Should().Be(("nobody", "nobody"));
        identities = [claimed, nameless, alice];
        (await app.Client.GetStringAsync("/paid"), await app.Client.GetStringAsync("/claim")).Should().Be(("alice", "acme"));
    }

    [Fact]
    public async Task An_estimate_that_no_counter_can_hold_is_the_callers_fault()
    {
        await using var app = await TestApp.StartAsync(
            options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m, Enforcement = Enforcement.Soft });
                options.MaxCost = 9_000_000_000m;
            },
            app =>
            {
                app.UseBudgetFirewall();
                app.MapGet("/paid", () => "paid").RequireBudget("openai", o => o.EstimateCost = context => new(decimal.Parse(context.Request.Query["cost"]!, System.Globalization.CultureInfo.InvariantCulture)));
            });
        (await SpendAsync(app, "/paid?cost=9000000000")).Should().Be(9_000_000_000m);
        await Problem.OfAsync(await app.Client.GetAsync("/paid?cost=9000000000"), 400);
        await Problem.OfAsync(await app.Client.GetAsync("/paid?cost=9000000001"), 400);
        await Problem.OfAsync(await app.Client.GetAsync("/paid?cost=-1"), 400);
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(9_000_000_000m);
    }

    private static void GuardEveryRequest(WebApplication app) =>
        app.UseBudgetFirewall(o => (o.GuardEveryRequest, o.Defaults.Provider) = (true, "openai"));

    private static Task<TestApp> StartAsync(Action<WebApplication> map) => TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 100m });
            options.Pricing.DefaultCostPerRequest = 1m;
        },
        map);

    private static async Task<decimal> SpendAsync(TestApp app, string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        var before = (await app.StateAsync(BudgetScope.Global)).Spent;
        (await app.Client.GetAsync(path)).StatusCode.Should().Be(status);
        return await app.SpentOnceSettledAsync(BudgetScope.Global) - before;
    }
}
