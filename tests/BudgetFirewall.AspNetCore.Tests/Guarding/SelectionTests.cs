using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Which requests are guarded, and what they are counted as.</summary>
public sealed class SelectionTests
{
    [Fact]
    public async Task Only_endpoints_that_ask_for_it_are_guarded()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall();
            app.MapGet("/paid", () => "paid").RequireBudget("openai");
            app.MapGet("/free", () => "free");
        });
        new[] { await SpendAsync(app, "/paid"), await SpendAsync(app, "/free") }.Should().Equal("1", "0");
    }

    [Fact]
    public async Task An_endpoint_takes_over_what_its_groups_say_and_adds_its_own()
    {
        BudgetRequest? seen = null;
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall(o => o.Defaults.ProjectId = _ => "site");
            var outer = app.MapGroup("/outer").RequireBudget("openai", o => (o.Operation, o.Cost) = (_ => "outer", 3m));
            var inner = outer.MapGroup("/inner").RequireBudget(o => o.Operation = _ => "inner");
            inner.MapGet("/own", (IBudgetContext budget) => { seen = budget.Request; }).RequireBudget("finnhub", o => o.Cost = 0.5m);
            inner.MapGet("/none", () => "free").DisableBudget();
        });
        new[] { await SpendAsync(app, "/outer/inner/own"), await SpendAsync(app, "/outer/inner/none") }.Should().Equal("0.5", "0");
        (seen!.Provider, seen.Operation, seen.ProjectId!, seen.Cost!.Value).Should().Be(("finnhub", "inner", "site", 0.5m));
    }

    [Fact]
    public async Task Attributes_guard_handlers_and_controllers()
    {
        await using var app = await StartAsync(
            app =>
            {
                app.UseBudgetFirewall();
                app.MapGet("/lambda", [RequireBudget("openai", Cost = "0.25", Operation = "chat")] () => "paid");
                app.MapControllers();
            },
            builder =>
            {
                builder.Services.AddBudgetContext();
                builder.Services.AddControllers().AddApplicationPart(typeof(PaidController).Assembly);
            });
        new[] { await SpendAsync(app, "/lambda"), await SpendAsync(app, "/paid/own"), await SpendAsync(app, "/paid/reported"), await SpendAsync(app, "/paid/free") }.Should().Equal("0.25", "0.0625", "0.125", "0");
    }

    [Fact]
    public async Task A_guarded_endpoint_without_the_middleware_fails_instead_of_being_free()
    {
        var runs = 0;
        await using var app = await StartAsync(
            app =>
            {
                app.MapGet("/lambda", () => ++runs).RequireBudget("openai");
                app.MapControllers();
            },
            builder =>
            {
                builder.Services.AddBudgetContext();
                builder.Services.AddControllers().AddApplicationPart(typeof(PaidController).Assembly);
            });
        (await app.Client.GetAsync("/lambda")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.Client.GetAsync("/paid/own")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await app.Client.GetAsync("/paid/free")).StatusCode.Should().Be(HttpStatusCode.OK);
        runs.Should().Be(0);
        app.Log.Lines.Should().Contain(line => line.Text.Contains("UseBudgetFirewall"));
    }

    [Fact]
    public async Task A_guarded_endpoint_without_a_provider_fails_saying_so()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall();
            app.MapGet("/paid", () => "paid").RequireBudget();
        });
        (await app.Client.GetAsync("/paid")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        app.Log.Lines.Should().Contain(line => line.Text.Contains("names no provider"));
    }

    [Fact]
    public async Task Every_request_can_be_guarded_but_for_what_the_filters_let_alone()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall(o =>
            {
                o.GuardEveryRequest = true;
                o.Defaults.Provider = "openai";
                o.ExcludePaths.Add("/docs");
            });
            app.MapMethods("/any", ["GET", "HEAD", "OPTIONS"], () => "paid");
            app.MapMethods("/explicit", ["GET", "HEAD"], () => "paid").RequireBudget();
            app.MapGet("/health/live", () => "free");
            app.MapGet("/Docs/index", () => "free");
            app.MapGet("/healthy", () => "paid");
            app.MapGet("/off", () => "free").DisableBudget();
            app.Run(context => context.Response.WriteAsync("paid, without an endpoint"));
        });
        new[] { await SpendAsync(app, "/any"), await SpendAsync(app, "/any", HttpMethod.Head), await SpendAsync(app, "/any", HttpMethod.Options), await SpendAsync(app, "/explicit"), await SpendAsync(app, "/explicit", HttpMethod.Head), await SpendAsync(app, "/health/live"), await SpendAsync(app, "/Docs/index"), await SpendAsync(app, "/healthy"), await SpendAsync(app, "/off"), await SpendAsync(app, "/nowhere") }.Should().Equal("1", "1", "1", "1", "1", "0", "0", "1", "0", "1");
    }

    [Fact]
    public async Task Only_included_paths_are_guarded_where_there_are_any()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall(o =>
            {
                o.GuardEveryRequest = true;
                o.Defaults.Provider = "openai";
                o.IncludeOnlyPaths.Add("/api");
            });
            app.MapGet("/api/x", () => "paid");
            app.MapGet("/apis", () => "free");
        });
        new[] { await SpendAsync(app, "/api/x"), await SpendAsync(app, "/apis") }.Should().Equal("1", "0");
    }

    [Fact]
    public async Task Guarding_every_request_without_a_provider_is_refused_at_the_start() =>
        await FluentActions.Awaiting(() => StartAsync(app => app.UseBudgetFirewall(o => o.GuardEveryRequest = true))).Should().ThrowExactlyAsync<InvalidOperationException>();

    [Fact]
    public async Task The_authenticated_user_pays_and_headers_are_not_believed_unless_asked()
    {
        await using var app = await StartAsync(
            app =>
            {
                app.UseBudgetFirewall();
                app.MapGet("/default", (IBudgetContext budget) => budget.Request.UserId ?? "nobody").RequireBudget("openai");
                app.MapGet("/header", (IBudgetContext budget) => budget.Request.UserId ?? "nobody").RequireBudget("openai", o => o.UserId = BudgetUserId.FromHeader("X-User"));
                app.MapGet("/claim", (IBudgetContext budget) => budget.Request.UserId ?? "nobody").RequireBudget("openai", o => o.UserId = BudgetUserId.FromClaim("http://schemas.microsoft.com/ws/2008/06/identity/claims/role"));
                app.MapGet("/user", () => "somebody").RequireBudget("openai", o => o.RequireUser = true);
            },
            HeaderUserHandler.AddTo);
        (await GetAsync(app, "/default", ("X-User", "mallory"))).Should().Be("nobody");
        (await GetAsync(app, "/default", ("Test-User", "alice"))).Should().Be("alice");
        (await GetAsync(app, "/header", ("X-User", "mallory"))).Should().Be("mallory");
        (await GetAsync(app, "/claim", ("Test-User", "alice:editor"))).Should().Be("editor");
        (await GetAsync(app, "/user", ("Test-User", "alice"))).Should().Be("somebody");
        await Problem.OfAsync(await app.Client.GetAsync("/user"), 401);
    }

    [Fact]
    public async Task What_no_request_may_have_is_the_callers_fault()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall();
            app.MapGet("/paid", () => "paid").RequireBudget("openai", o =>
            {
                o.UserId = BudgetUserId.FromHeader("X-User");
                o.Model = context => context.Request.Query["model"].FirstOrDefault();
            });
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/paid");
        request.Headers.Add("X-User", new string('x', 257));
        var problem = await Problem.OfAsync(await app.Client.SendAsync(request), 400);
        ((string)problem["detail"]!).Should().Contain("UserId has 257 characters");
        await Problem.OfAsync(await app.Client.GetAsync("/paid?model=unpriced"), 400);
        (await app.StateAsync(BudgetScope.Global)).Spent.Should().Be(0m);
    }

    [Fact]
    public async Task Estimates_may_look_at_the_request_and_wait()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseBudgetFirewall();
            app.MapPost("/paid", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync()).RequireBudget("openai", o => o.EstimateCost = async context =>
            {
                context.Request.EnableBuffering();
                var length = (await new StreamReader(context.Request.Body, leaveOpen: true).ReadToEndAsync()).Length;
                context.Request.Body.Position = 0;
                return length * 0.001m;
            });
        });
        var response = await app.Client.PostAsync("/paid", new StringContent("twelve chars"));
        (await response.Content.ReadAsStringAsync()).Should().Be("twelve chars");
        (await app.SpentOnceSettledAsync(BudgetScope.Global)).Should().Be(0.012m);
    }

    [Fact]
    public async Task A_named_firewall_guards_where_it_is_asked_for()
    {
        await using var app = await StartAsync(
            app =>
            {
                app.UseBudgetFirewall();
                app.MapGet("/other", () => "paid").RequireBudget("openai", o => (o.Firewall, o.Cost) = ("other", 1m));
            },
            builder => builder.Services.AddBudgetFirewall(o => o.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 0m }), "other"));
        await Problem.OfAsync(await app.Client.GetAsync("/other"), 402);
    }

    private static Task<TestApp> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder>? build = null) => TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 100m });
            options.Pricing.DefaultCostPerRequest = 1m;
        },
        map,
        build);

    private static async Task<string> SpendAsync(TestApp app, string path, HttpMethod? method = null)
    {
        var before = (await app.StateAsync(BudgetScope.Global)).Spent;
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        (await app.Client.SendAsync(request)).EnsureSuccessStatusCode();
        return (await app.SpentOnceSettledAsync(BudgetScope.Global) - before).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> GetAsync(TestApp app, string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(header.Name, header.Value);
        return await (await app.Client.SendAsync(request)).Content.ReadAsStringAsync();
    }
}
