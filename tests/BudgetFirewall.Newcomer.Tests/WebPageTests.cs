using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using BudgetFirewall.Policy.Tests.Snippets;

namespace BudgetFirewall.Newcomer.Tests;

[Collection(nameof(Newcomer))]
public sealed class WebPageTests(Newcomer newcomer)
{
    [Fact]
    public async Task The_first_guarded_endpoint_answers_until_its_budget_is_spent_as_the_page_shows()
    {
        await using var example = await StartAsync("docs/aspnetcore.md", "/api/chat");
        var call = Snippet.OfAllPages().First(snippet => snippet is { Page: "docs/aspnetcore.md", Info: "sh" });
        var folder = Directory.CreateTempSubdirectory("budgetfirewall-call-");
        try
        {
            var printed = (await Shell.RunAsync(call.Code.Replace("http://127.0.0.1:5000", example.Address, StringComparison.Ordinal), folder.FullName)).Split('\n');

            // The page shows how the answer begins.
            var expected = call.Output!.Split('\n');
            printed.Should().HaveSameCount(expected).And.StartWith(expected[..^1]);
            printed[^1].Should().StartWith(expected[^1].TrimEnd('}', '…', ' '));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_example_of_who_pays_refuses_whom_nobody_names_and_a_user_whose_budget_is_spent()
    {
        await using var example = await StartAsync("docs/aspnetcore.md", "X-Consumer");

        (await example.Client.GetAsync("/api/quote")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await StatusesAsync(example, "/api/quote", 3, ("X-Consumer", "alice"))).Should().Equal(HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
        (await StatusesAsync(example, "/api/quote", 1, ("X-Consumer", "bob"))).Should().Equal(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_example_of_unreported_costs_charges_no_call_that_was_answered_400()
    {
        await using var example = await StartAsync("docs/aspnetcore.md", "UnreportedCost");

        (await StatusesAsync(example, "/api/quote", 3)).Should().Equal(HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest);
        (await StatusesAsync(example, "/api/quote?symbol=ACME", 3)).Should().Equal(HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task The_example_of_health_answers_healthy()
    {
        await using var example = await StartAsync("docs/aspnetcore.md", "MapHealthChecks", Users(0.02m));

        (await example.Client.GetStringAsync("/health")).Should().Be("Healthy");
    }

    [Fact]
    public async Task The_example_of_metrics_answers_a_scrape()
    {
        await using var example = await StartAsync("docs/aspnetcore.md", "MapPrometheusScrapingEndpoint", Users(0.02m));

        (await example.Client.GetAsync("/metrics")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_service_of_the_page_asks_for_a_key_and_refuses_what_the_budget_does_not_allow()
    {
        await using var example = await StartAsync("docs/http-service.md", "MapBudgetFirewall", Users(0.05m), ("ApiKeys__backend", "caller:backend-key"), ("ApiKeys__root", "admin:root-key"));
        var spend = new { provider = "openai", userId = "alice", cost = "0.02" };

        (await example.Client.PostAsJsonAsync("/budget/v1/spend", spend)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        example.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "backend-key");
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
            statuses.Add((await example.Client.PostAsJsonAsync("/budget/v1/spend", spend)).StatusCode);
        statuses.Should().Equal(HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
        (await example.Client.DeleteAsync("/budget/v1/budgets/x")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private Task<WebExample> StartAsync(string page, string mark, string? settings = null, params (string Name, string Value)[] environment)
    {
        var example = Example.All.Values.First(example => example.IsWeb && example.Snippet.Page == page && example.Snippet.Code.Contains(mark, StringComparison.Ordinal));
        return newcomer.StartAsync(example.Name, settings, environment);
    }

    private static string Users(decimal limit) => FormattableString.Invariant($$"""{ "BudgetFirewall": { "Budgets": [ { "Scope": "each:user", "Limit": {{limit}} } ] } }""");

    private static async Task<List<HttpStatusCode>> StatusesAsync(WebExample example, string path, int count, params (string Name, string Value)[] headers)
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            using var response = await example.Client.SendAsync(request);
            statuses.Add(response.StatusCode);
        }
        return statuses;
    }
}
