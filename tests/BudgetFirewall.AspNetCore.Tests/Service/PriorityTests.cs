using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Callers of the service name a priority only where they have the right to it.</summary>
public sealed class PriorityTests
{
    private const string Batch = """{"provider":"p","cost":"3","priority":"batch"}""";

    [Theory]
    [InlineData("/check")]
    [InlineData("/budgets/check")]
    [InlineData("/reserve")]
    [InlineData("/spend")]
    public async Task A_priority_needs_a_right(string path)
    {
        await using var app = await StartAsync();

        foreach (var claims in (string?[])[null, "budget_priority=people", "budget_priority=Batch"])
        {
            var problem = await Problem.OfAsync(await CallAsync(app, path, Batch, claims), 403);
            ((string)problem["type"]!).Should().Be("urn:budgetfirewall:priority-not-allowed");
            ((string)problem["detail"]!).Should().Be("The caller may not use the priority 'batch'.");
        }
        await Problem.OfAsync(await CallAsync(app, path, Batch, claims: null, user: null), 403);
        var denied = await Problem.OfAsync(await CallAsync(app, path, Batch, "budget_priority=batch"), 429);
        (await CallAsync(app, path, """{"provider":"p","cost":"3"}""", claims: null)).StatusCode.Should().Be(HttpStatusCode.OK);

        var limit = denied["limits"]!.AsArray().Should().ContainSingle().Which!;
        ((string)limit["headroom"]!, (bool)limit["isWithinHeadroom"]!, (string)limit["needed"]!, (string)limit["available"]!).Should().Be(("3", true, "3", "5"));
    }

    [Fact]
    public async Task A_batch_is_refused_as_a_whole_and_does_nothing()
    {
        await using var app = await StartAsync();

        await Problem.OfAsync(await CallAsync(app, "/check/batch", $$"""{"requests":[{"provider":"p","cost":"1"},{{Batch}}]}""", claims: null), 403);
        var answer = await Problem.JsonAsync(await CallAsync(app, "/check/batch", $$"""{"requests":[{{Batch}}]}""", "budget_priority=batch"));

        ((int)answer["results"]![0]!["status"]!).Should().Be(429);
    }

    [Fact]
    public async Task A_charge_is_recorded_whatever_priority_it_names()
    {
        await using var app = await StartAsync();

        (await CallAsync(app, "/charge", Batch, claims: null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await CallAsync(app, "/charge/batch", $$"""{"requests":[{{Batch}}]}""", claims: null)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await app.Firewall.GetStatusAsync(BudgetScope.Global)).Budgets[0].Spent.Should().Be(11m);
    }

    [Fact]
    public async Task Requests_that_name_none_have_the_default_one()
    {
        await using var app = await StartAsync(options => options.DefaultPriority = "batch");

        await Problem.OfAsync(await CallAsync(app, "/check", """{"provider":"p","cost":"3"}""", claims: null), 429);
        await Problem.OfAsync(await CallAsync(app, "/check", Batch, claims: null), 429);
        await Problem.OfAsync(await CallAsync(app, "/check", """{"provider":"p","cost":"3","priority":"people"}""", claims: null), 403);
        (await CallAsync(app, "/check", """{"provider":"p","cost":"3","priority":"people"}""", "budget_priority=people")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_application_says_who_may_use_which()
    {
        await using var app = await StartAsync(options => options.MayUsePriority = static (context, priority) => context.User.FindFirst(ClaimTypes.NameIdentifier)?.Value == "alice" && priority == "batch");

        await Problem.OfAsync(await CallAsync(app, "/check", Batch, claims: null), 429);
        await Problem.OfAsync(await CallAsync(app, "/check", Batch, claims: null, user: "bob"), 403);
    }

    [Fact]
    public async Task A_refusal_that_no_period_heals_is_explained()
    {
        await using var app = await StartAsync();

        var denied = await Problem.OfAsync(await CallAsync(app, "/check", """{"provider":"p","cost":"9","priority":"none"}""", "budget_priority=none"), 402);

        ((string)denied["detail"]!).Should().Be("The request is larger than its priority may ever use of the limit; waiting does not help.");
    }

    [Fact]
    public async Task A_budget_is_set_with_its_headroom()
    {
        await using var app = await StartAsync();
        using var set = new HttpRequestMessage(HttpMethod.Put, "/budget/v1/budgets/own")
        {
            Content = new StringContent("""{"scope":"global","limit":"5","unit":"record","priorityHeadroom":{"batch":"0.25"},"name":"Own","dimensions":{"tier":["trial"]},"countsRequestsWithoutModel":true}""", Encoding.UTF8, "application/json"),
        };

        var budget = await Problem.JsonAsync(await app.Client.SendAsync(set));

        ((string)budget["priorityHeadroom"]!["batch"]!, (string)budget["name"]!, (string)budget["dimensions"]!["tier"]![0]!, (bool)budget["countsRequestsWithoutModel"]!)
            .Should().Be(("0.25", "Own", "trial", true));
    }

    [Theory]
    [InlineData("""{"batch":1.5}""", "priorityHeadroom must have fractions from 0 to 1")]
    [InlineData("""{"":0.5}""", "priorityHeadroom must not be empty")]
    public async Task A_headroom_that_is_not_valid_is_refused(string headroom, string error)
    {
        await using var app = await StartAsync();
        using var set = new HttpRequestMessage(HttpMethod.Put, "/budget/v1/budgets/own")
        {
            Content = new StringContent($$"""{"scope":"global","limit":"5","unit":"record","priorityHeadroom":{{headroom}}}""", Encoding.UTF8, "application/json"),
        };

        var problem = await Problem.OfAsync(await app.Client.SendAsync(set), 400);

        ((string)problem["detail"]!).ToLowerInvariant().Should().StartWith(error.ToLowerInvariant());
    }

    /// <summary>A service whose budget of 10 has 5 spent.</summary>
    private static async Task<TestApp> StartAsync(Action<BudgetServiceOptions>? service = null)
    {
        var app = await TestApp.StartAsync(Configure, app => app.MapBudgetFirewall("/budget/v1", service).AllowAnonymous(), HeaderUserHandler.AddTo);
        await app.Firewall.ChargeAsync(new() { Provider = "p", Cost = 5m });
        return app;
    }

    private static void Configure(BudgetFirewallOptions options) =>
        options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 10m, PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.3m, ["none"] = 0.5m } });

    private static async Task<HttpResponseMessage> CallAsync(TestApp app, string path, string body, string? claims, string? user = "alice")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/budget/v1" + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (user is not null)
            request.Headers.Add("Test-User", user);
        if (claims is not null)
            request.Headers.Add("Test-Claims", claims);
        return await app.Client.SendAsync(request);
    }
}
