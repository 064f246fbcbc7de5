using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Anomalies over HTTP.</summary>
public sealed class AnomalyServiceTests : IDisposable
{
    private const string Path = "/cost-tracking/anomalies";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("anomalies");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Anomalies_are_listed_with_what_was_expected_and_seen()
    {
        await using var service = await StartAsync();
        await FindSomeAsync(service);

        var list = await service.GetForJsonAsync(Path + "?scope=user%3Dalice");

        list.ToJsonString().Should().Be(
            """{"items":[{"id":"1","kind":"spend","scope":"user=alice","hour":"2030-01-02T18:00:00\u002B00:00","hourEnd":"2030-01-02T19:00:00\u002B00:00","foundAt":"2030-01-02T18:00:00\u002B00:00","expected":"2","seen":"50.000000001","threshold":"9.2","distance":"40","growth":"1","basis":"weeks","samples":8}]}""");
    }

    [Fact]
    public async Task They_are_found_by_time_scope_and_kind_and_page_by_page()
    {
        await using var service = await StartAsync();
        await FindSomeAsync(service);

        var first = await service.GetForJsonAsync(Path + "?limit=1");
        var second = await service.GetForJsonAsync($"{Path}?limit=1&cursor={first["nextCursor"]}");

        (Scope(first), Scope(second), second.ContainsKey("nextCursor")).Should().Be(("user=bob", "user=alice", false));
        foreach (var (query, count) in new[]
        {
            ("?from=2030-01-02T18:00:00Z", 2), ("?from=2030-01-02T18:00:01Z", 0), ("?to=2030-01-02T18:00:00Z", 0), ("?to=2030-01-02T18:00:01Z", 2), ("?from=2030-01-02&to=2030-01-03&scope=user=bob", 1), ("?scope=user=nobody", 0),
            ("?kind=spend", 2), ("?kind=burn_rate", 0),
        })
            (await service.GetForJsonAsync(Path + query))["items"]!.AsArray().Should().HaveCount(count, query);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2030-01-02&to=2030-01-02", "to")]
    [InlineData("scope=alice", "scope")]
    [InlineData("scope=each:user", "scope")]
    [InlineData("kind=odd", "kind")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=eA", "cursor")]
    public async Task A_query_that_is_wrong_is_answered_with_the_field(string query, string field)
    {
        await using var service = await StartAsync();

        (await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, $"{Path}?{query}"), 400))["errors"]!.AsObject().Should().ContainSingle().Which.Key.Should().Be(field);
    }

    [Fact]
    public async Task A_firewall_that_looks_for_none_says_how_to_switch_it_on()
    {
        await using var service = await ServiceApp.StartAsync();

        var problem = await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, Path), 501);

        (problem["type"]!.GetValue<string>(), problem["detail"]!.GetValue<string>().Contains("AddAnomalyDetection", StringComparison.Ordinal)).Should().Be(("urn:budgetfirewall:anomalies-missing", true));
    }

    private static string Scope(JsonObject page) => page["items"]!.AsArray().Single()!["scope"]!.GetValue<string>();

    private static async Task FindSomeAsync(ServiceApp service)
    {
        var now = ServiceApp.NewClock().GetUtcNow();
        var ledger = service.App.Services.GetRequiredService<ILedger>();
        foreach (var (user, amount) in new[] { ("alice", 50.000000001m), ("bob", 40m) })
        {
            await ledger.AppendAsync([.. Enumerable.Range(0, 9).Select(week => new LedgerEntry
            {
                Kind = LedgerEntryKind.Charge, OperationId = $"{user}-{week}", Time = now.AddDays(-7 * week), AmountNanos = (long)((week == 0 ? amount : 2m) * 1_000_000_000m),
                Scopes = new Dictionary<string, string> { ["user"] = user },
            })]);
        }
        await service.App.Services.GetRequiredService<ILedgerAnomalies>().EvaluateAsync();
    }

    private Task<ServiceApp> StartAsync() => ServiceApp.StartAsync(use: firewall =>
        firewall.UseSqliteLedger($"Data Source={System.IO.Path.Combine(_folder.FullName, "ledger.db")}").AddAnomalyDetection(options => options.Kinds = ["user"]));
}
