using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Who may call the service, and which of it is there at all.</summary>
public sealed class AuthorizationTests
{
    [Fact]
    public async Task Each_part_can_be_authorised_on_its_own()
    {
        await using var app = await TestApp.StartAsync(
            Configure,
            app =>
            {
                var budgets = app.MapBudgetFirewall("/budget/v1");
                budgets.Deciding.RequireAuthorization("callers");
                budgets.Reading.RequireAuthorization("readers");
                budgets.Administration.RequireAuthorization("admins");
            },
            HeaderUserHandler.AddTo);
        foreach (var (role, allowed) in new[] { ("caller", "/charge"), ("reader", "/status/global/global"), ("admin", "/budgets") })
        {
            foreach (var (method, path, body) in Calls)
                (await CallAsync(app, method, path, body, $"bob:{role}")).Should().Be(path == allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        }
        foreach (var (method, path, body) in Calls)
            (await CallAsync(app, method, path, body, user: null)).Should().Be(HttpStatusCode.Unauthorized);
        (await CallAsync(app, HttpMethod.Get, "/health", body: null, user: null)).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_whole_can_be_authorised_at_once()
    {
        await using var app = await TestApp.StartAsync(Configure, app => app.MapBudgetFirewall("/budget/v1").RequireAuthorization(), HeaderUserHandler.AddTo);
        foreach (var (method, path, body) in Calls.Append((HttpMethod.Get, "/health", null)))
        {
            (await CallAsync(app, method, path, body, user: null)).Should().Be(HttpStatusCode.Unauthorized);
            (await CallAsync(app, method, path, body, user: "bob")).Should().Be(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Nothing_is_mapped_that_was_not_asked_for()
    {
        await using var app = await TestApp.StartAsync(Configure, app => app.MapBudgetFirewall("/budget/v1", o => o.Groups = BudgetEndpointGroups.Deciding).AllowAnonymous());
        (await CallAsync(app, HttpMethod.Post, "/charge", """{"provider":"p","cost":0}""", user: null)).Should().Be(HttpStatusCode.OK);
        foreach (var (method, path, body) in Calls.Where(call => call.Path != "/charge").Append((HttpMethod.Get, "/health", null)))
            (await CallAsync(app, method, path, body, user: null)).Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_service_is_not_guarded_by_the_firewall_that_it_serves_and_several_can_be_mapped()
    {
        await using var app = await TestApp.StartAsync(
            Configure,
            app =>
            {
                app.UseBudgetFirewall(o => (o.GuardEveryRequest, o.Defaults.Provider, o.Defaults.Cost) = (true, "p", 1m));
                app.MapBudgetFirewall("/budget/v1").AllowAnonymous();
                app.MapBudgetFirewall("/other", o => o.Firewall = "other").AllowAnonymous();
            },
            builder => builder.Services.AddBudgetFirewall(o => o.Currency = "EUR", "other"));
        (await app.Client.GetStringAsync("/budget/v1/status/global/global")).Should().Contain("\"currency\":\"USD\"");
        (await app.Client.GetStringAsync("/other/status/global/global")).Should().Contain("\"currency\":\"EUR\"");
        (await app.StateAsync(BudgetScope.Global)).Spent.Should().Be(0m);
    }

    private static (HttpMethod Method, string Path, string? Body)[] Calls =>
    [
        (HttpMethod.Post, "/charge", """{"provider":"p","cost":0}"""),
        (HttpMethod.Get, "/status/global/global", null),
        (HttpMethod.Put, "/budgets", """{"scope":"user=x","limit":1}"""),
    ];

    private static void Configure(BudgetFirewallOptions options) => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 5m });

    private static async Task<HttpStatusCode> CallAsync(TestApp app, HttpMethod method, string path, string? body, string? user)
    {
        using var request = new HttpRequestMessage(method, "/budget/v1" + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (user is not null)
            request.Headers.Add("Test-User", user);
        return (await app.Client.SendAsync(request)).StatusCode;
    }
}
