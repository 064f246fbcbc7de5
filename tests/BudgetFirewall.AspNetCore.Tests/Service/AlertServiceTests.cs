using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Alerts over HTTP.</summary>
public sealed class AlertServiceTests : IDisposable
{
    private const string Path = "/alerts";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("alerts");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_alert_is_listed_acknowledged_and_resolved()
    {
        await using var service = await StartAsync();
        var id = await OpenAsync(service, "alice");

        var found = await service.GetForJsonAsync($"{Path}/{id}");
        (Text(found, "state"), Text(found, "severity"), Text(found, "rule"), Text(found, "eventType"), Text(found, "scope")).Should().Be(("open", "warning", "default", "budgetfirewall.budget.threshold_crossed.v1", "user=alice"));
        (Text(found, "text"), found["count"]!.GetValue<long>(), Text(found["event"]!.AsObject(), "specversion")).Should().Be(("user=alice has spent 9.5 of 10, 90 % or more of the budget 'each:user/day'.", 1, "1.0"));
        found.ContainsKey("acknowledgedAt").Should().BeFalse();
        var acknowledged = await service.PostForJsonAsync($"{Path}/{id}/acknowledge", """{"note":"I look"}""", "key-1");
        (Text(acknowledged, "state"), Text(acknowledged, "note"), acknowledged.ContainsKey("acknowledgedAt")).Should().Be(("acknowledged", "I look", true));
        (await service.PostForJsonAsync($"{Path}/{id}/acknowledge", """{"note":"other"}""", "key-1")).ToJsonString().Should().Be(acknowledged.ToJsonString());
        (await service.PostForJsonAsync($"{Path}/{id}/acknowledge", null)).ToJsonString().Should().Be(acknowledged.ToJsonString());
        (await ItemsAsync(service, "?state=open")).Should().BeEmpty();
        (await ItemsAsync(service, "?state=acknowledged")).Should().ContainSingle();
        Text(await service.PostForJsonAsync($"{Path}/{id}/resolve", null), "resolution").Should().Be("It was resolved by hand.");
        (await ItemsAsync(service, "?state=resolved")).Should().ContainSingle();
    }

    [Fact]
    public async Task Alerts_come_in_pages_the_latest_first()
    {
        await using var service = await StartAsync();
        foreach (var user in new[] { "alice", "bob", "carol" })
            await OpenAsync(service, user);

        var first = await service.GetForJsonAsync(Path + "?limit=2");
        var second = await service.GetForJsonAsync($"{Path}?limit=2&cursor={first["nextCursor"]}");

        first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(alert => alert!["scope"]!.GetValue<string>()).Should().Equal("user=carol", "user=bob", "user=alice");
        second.ContainsKey("nextCursor").Should().BeFalse();
    }

    [Theory]
    [InlineData("GET", "?state=lost", null, 400)]
    [InlineData("GET", "?cursor=x", null, 400)]
    [InlineData("GET", "?limit=0", null, 400)]
    [InlineData("GET", "/alr_none", null, 404)]
    [InlineData("POST", "/alr_none/acknowledge", null, 404)]
    [InlineData("POST", "/alr_none/resolve", "{}", 404)]
    [InlineData("POST", "/alr_none/acknowledge", """{"other":1}""", 400)]
    [InlineData("POST", "/alr_none/acknowledge", """{"note":""}""", 400)]
    public async Task What_is_wrong_is_a_problem(string method, string path, string? body, int status)
    {
        await using var service = await StartAsync();

        await Problem.OfAsync(await service.SendAsync(new(method), Path + path, body), status);
    }

    [Fact]
    public async Task Without_alerts_the_calls_are_501()
    {
        await using var service = await ServiceApp.StartAsync();

        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/a"), (HttpMethod.Post, "/a/acknowledge"), (HttpMethod.Post, "/a/resolve") })
            Text(await Problem.OfAsync(await service.SendAsync(method, Path + path), 501), "type").Should().Be("urn:budgetfirewall:alerts-missing");
    }

    [Fact]
    public async Task Reading_needs_one_right_and_acknowledging_another_and_who_has_done_it_is_noted()
    {
        await using var app = await TestApp.StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 10m, WarnAt = [0.9m] }),
            app =>
            {
                var budgets = app.MapBudgetFirewall("/budget/v1");
                budgets.Deciding.RequireAuthorization("callers");
                budgets.Reading.RequireAuthorization("readers");
                budgets.Administration.RequireAuthorization("admins");
            },
            HeaderUserHandler.AddTo,
            store: null,
            use: builder => builder.AddAlerts());
        await app.Firewall.ChargeAsync(new() { Provider = "p", UserId = "alice", Cost = 9.5m });
        var alerts = app.Services.GetRequiredService<IAlerts>();
        await Eventually.HoldsAsync(async () => (await alerts.ListAsync()).Alerts.Count == 1);
        var id = (await alerts.ListAsync()).Alerts[0].Id;

        (await CallAsync(app, HttpMethod.Get, "/alerts", "bob:reader")).Should().Be(HttpStatusCode.OK);
        (await CallAsync(app, HttpMethod.Get, "/alerts", "bob:caller")).Should().Be(HttpStatusCode.Forbidden);
        (await CallAsync(app, HttpMethod.Post, $"/alerts/{id}/acknowledge", "bob:reader")).Should().Be(HttpStatusCode.Forbidden);
        (await CallAsync(app, HttpMethod.Post, $"/alerts/{id}/resolve", null)).Should().Be(HttpStatusCode.Unauthorized);
        (await CallAsync(app, HttpMethod.Post, $"/alerts/{id}/acknowledge", "carol:admin")).Should().Be(HttpStatusCode.OK);

        (await alerts.FindAsync(id))!.AcknowledgedBy.Should().Be("carol");
    }

    private static string? Text(JsonObject json, string member) => json[member]?.GetValue<string>();

    private static async Task<JsonArray> ItemsAsync(ServiceApp service, string query) => (await service.GetForJsonAsync(Path + query))["items"]!.AsArray();

    private static async Task<string> OpenAsync(ServiceApp service, string user)
    {
        await service.PostForJsonAsync("/charge", $$"""{"provider":"openai","userId":"{{user}}","cost":9.5}""");
        for (var i = 0; i < 3_000; i++)
        {
            if ((await ItemsAsync(service, "")).FirstOrDefault(alert => alert!["scope"]!.GetValue<string>() == $"user={user}") is { } found)
                return found["id"]!.GetValue<string>();
            await Task.Delay(20);
        }
        throw new TimeoutException("There was no alert.");
    }

    private static async Task<HttpStatusCode> CallAsync(TestApp app, HttpMethod method, string path, string? user)
    {
        using var request = new HttpRequestMessage(method, "/budget/v1" + path);
        if (user is not null)
            request.Headers.Add("Test-User", user);
        using var response = await app.Client.SendAsync(request);
        return response.StatusCode;
    }

    private Task<ServiceApp> StartAsync() => ServiceApp.StartAsync(
        options => options.Budgets[0] = options.Budgets[0] with { WarnAt = [0.9m] },
        use: builder => builder.UseSqliteLedger($"Data Source={System.IO.Path.Combine(_folder.FullName, "ledger.db")};Pooling=False").AddAlerts());
}
