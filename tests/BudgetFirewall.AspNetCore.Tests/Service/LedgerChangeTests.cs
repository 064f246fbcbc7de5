using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>What callers of the service change is in the ledger under their names.</summary>
public sealed class LedgerChangeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ledger");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Budgets_rate_limits_and_pools_that_callers_change_are_entries_with_their_names()
    {
        await using var app = await StartAsync();
        await CallAsync(app, HttpMethod.Post, "bob", "/budgets", """{"id":"team","scope":"project=search","limit":"10"}""");
        await CallAsync(app, HttpMethod.Put, "carol", "/budgets/team", """{"scope":"project=search","limit":"20"}""");
        await CallAsync(app, HttpMethod.Delete, null, "/budgets/team", body: null);
        await CallAsync(app, HttpMethod.Post, "dave", "/rate-limits", """{"id":"slow","scope":"each:user","algorithm":"sliding_window","limit":"100","window":"00:01:00"}""");
        await CallAsync(app, HttpMethod.Post, "erin", "/quotas/allocate", """{"id":"pool","limit":"100","members":[{"scope":"project=a"}]}""");

        (await EntriesAsync(app, "?kind=budget_change&project=search")).Select(entry => $"{entry["operationId"]} {entry["actor"]} {entry["before"] is null} {entry["after"] is null}")
            .Should().Equal("team  False True", "team carol False False", "team bob True False");
        (await EntriesAsync(app, "?kind=rate_limit_change")).Select(entry => $"{entry["operationId"]} {entry["actor"]}").Should().Equal("slow dave");
        var pool = (await EntriesAsync(app, "?kind=pool_change")).Should().ContainSingle().Which;
        ($"{pool["operationId"]} {pool["actor"]}", (decimal)JsonNode.Parse((string)pool["after"]!)!["Limit"]!).Should().Be(("pool erin", 100m));
        (await EntriesAsync(app, "?operationId=team")).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_caller_without_a_name_is_the_same_whatever_it_changes()
    {
        await using var app = await StartAsync();
        await CallAsync(app, HttpMethod.Post, "tier=gold", "/budgets", """{"id":"team","scope":"project=search","limit":"10"}""", "Test-Claims");
        await CallAsync(app, HttpMethod.Post, "tier=gold", "/budgets/team/allowances", """{"amount":"5","reason":"the launch"}""", "Test-Claims");
        await CallAsync(app, HttpMethod.Post, "tier=gold", "/charge", """{"provider":"p","projectId":"search","cost":1,"operationId":"one"}""", "Test-Claims");
        await CallAsync(app, HttpMethod.Post, "tier=gold", "/charges/one/refund", """{"amount":"1","correctionId":"back","reason":"no answer"}""", "Test-Claims");

        var entries = await EntriesAsync(app, "?kind=budget_change&kind=allowance&kind=correction");

        entries.Select(entry => (string)entry["kind"]!).Should().BeEquivalentTo("budget_change", "allowance", "correction");
        entries.Select(entry => (string)entry["actor"]!).Distinct().Should().ContainSingle().Which.Should().StartWith("caller-");
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(
        _ => { },
        app => app.MapBudgetFirewall(ServiceApp.Prefix).AllowAnonymous(),
        HeaderUserHandler.AddTo,
        use: firewall => firewall.UseSqliteLedger($"Data Source={Path.Combine(_folder.FullName, "ledger.db")}"));

    private static async Task<IEnumerable<JsonNode>> EntriesAsync(TestApp app, string query) =>
        LedgerApp.Items(await Problem.JsonAsync(await app.Client.GetAsync(new Uri(ServiceApp.Prefix + LedgerApp.Records + query, UriKind.Relative))));

    private static async Task CallAsync(TestApp app, HttpMethod method, string? caller, string path, string? body, string header = "Test-User")
    {
        using var request = new HttpRequestMessage(method, ServiceApp.Prefix + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (caller is not null)
            request.Headers.Add(header, caller);
        var answer = await app.Client.SendAsync(request);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
    }
}
