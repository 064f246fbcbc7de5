using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Pools over HTTP.</summary>
public sealed class QuotaServiceTests
{
    private const string Teams = """{"id":"teams/a","limit":"30","period":"day","members":[{"scope":"project=a"},{"scope":"project=b","weight":"2"}]}""";

    [Fact]
    public async Task A_pool_is_allocated_found_replaced_and_deleted()
    {
        await using var service = await ServiceApp.StartAsync();

        var created = await service.PostAsync("/quotas/allocate", Teams);

        created.StatusCode.Should().Be(HttpStatusCode.Created);
        created.Headers.Location!.OriginalString.Should().EndWith("/quotas/teams%2Fa");
        var found = await service.GetForJsonAsync("/quotas/teams%2Fa");
        found["allocations"]!.ToJsonString().Should().Be("""[{"scope":"project=a","amount":"10"},{"scope":"project=b","amount":"20"}]""");
        (found["strategy"]!.GetValue<string>(), found["period"]!.GetValue<string>(), found["undivided"]!.GetValue<string>()).Should().Be(("fair_share", "day", "0"));
        found["members"]!.ToJsonString().Should().Be("""[{"scope":"project=a","weight":"1","priority":0,"minimum":"0"},{"scope":"project=b","weight":"2","priority":0,"minimum":"0"}]""");
        (await service.PostAsync("/spend", """{"provider":"openai","projectId":"a","cost":11}""")).StatusCode.Should().Be(HttpStatusCode.PaymentRequired);

        var replaced = await service.SendAsync(HttpMethod.Put, "/quotas/teams%2Fa", Teams.Replace("\"30\"", "\"60\"", StringComparison.Ordinal));

        replaced.StatusCode.Should().Be(HttpStatusCode.OK);
        (await service.PostAsync("/spend", """{"provider":"openai","projectId":"a","cost":11}""")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await service.SendAsync(HttpMethod.Delete, "/quotas/teams%2Fa")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/history"), (HttpMethod.Post, "/reallocate") })
            await Problem.OfAsync(await service.SendAsync(method, $"/quotas/teams%2Fa{path}"), 404);
    }

    [Fact]
    public async Task The_same_pool_again_is_201_and_another_of_its_id_409()
    {
        await using var service = await ServiceApp.StartAsync();

        (await service.PostAsync("/quotas/allocate", Teams, "key-1")).StatusCode.Should().Be(HttpStatusCode.Created);
        (await service.PostAsync("/quotas/allocate", Teams, "key-1")).StatusCode.Should().Be(HttpStatusCode.Created);

        (await Problem.OfAsync(await service.PostAsync("/quotas/allocate", Teams.Replace("\"30\"", "\"60\"", StringComparison.Ordinal)), 409))["title"]!.GetValue<string>().Should().Be("The pool exists already.");
    }

    [Fact]
    public async Task Pools_are_listed_page_by_page()
    {
        await using var service = await ServiceApp.StartAsync();
        foreach (var id in new[] { "b", "a", "c" })
            await service.PostForJsonAsync("/quotas/allocate", $$"""{"id":"{{id}}","limit":"30","members":[{"scope":"project={{id}}"}]}""");

        var first = await service.GetForJsonAsync("/quotas?limit=2");
        var second = await service.GetForJsonAsync($"/quotas?limit=2&cursor={first["nextCursor"]!.GetValue<string>()}");

        first["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()).Should().Equal("a", "b");
        second["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()).Should().Equal("c");
        second.AsObject().ContainsKey("nextCursor").Should().BeFalse();
    }

    [Fact]
    public async Task A_batch_is_checked_before_the_first_pool_is_made()
    {
        await using var service = await ServiceApp.StartAsync();

        await Problem.OfAsync(await service.PostAsync("/quotas/allocate/batch", """{"pools":[{"id":"x","limit":1,"members":[{"scope":"project=a"}]},{"id":"y","limit":1,"members":[{"scope":"project=a"}]}]}"""), 400);
        (await service.GetForJsonAsync("/quotas"))["items"]!.AsArray().Should().BeEmpty();

        var made = await service.PostForJsonAsync("/quotas/allocate/batch", """{"pools":[{"id":"x","limit":1,"members":[{"scope":"project=a"}]},{"id":"y","limit":2,"members":[{"scope":"project=b"}]}]}""");

        made["pools"]!.AsArray().Select(item => (item!["id"]!.GetValue<string>(), item["pool"]!["allocations"]![0]!["amount"]!.GetValue<string>())).Should().Equal(("x", "1"), ("y", "2"));
    }

    [Fact]
    public async Task Members_borrow_on_request()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/quotas/allocate", """{"id":"t","limit":"20","strategy":"reserved","members":[{"scope":"project=a","minimum":"2"},{"scope":"project=b","minimum":"2"}]}""");
        await service.PostForJsonAsync("/spend", """{"provider":"openai","projectId":"a","cost":10}""");

        var divided = await service.PostForJsonAsync("/quotas/t/reallocate", """{"members":["project=a"]}""");

        divided["allocations"]!.AsArray().Select(share => share!["amount"]!.GetValue<string>()).Should().Equal("18", "2");
        await Problem.OfAsync(await service.PostAsync("/quotas/t/reallocate", """{"members":["project=z"]}"""), 400);
        (await service.GetForJsonAsync("/quotas/t/history"))["items"]!.AsArray().Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"limit":1,"members":[{"scope":"project=a"}]}""", "id")]
    [InlineData("""{"id":"t","members":[{"scope":"project=a"}]}""", "limit")]
    [InlineData("""{"id":"t","limit":1}""", "members")]
    [InlineData("""{"id":"t","limit":1,"members":[]}""", "members")]
    [InlineData("""{"id":"t","limit":1,"members":[null]}""", "members[0]")]
    [InlineData("""{"id":"t","limit":1,"members":[{"weight":1}]}""", "members[0].scope")]
    [InlineData("""{"id":"t","limit":1,"members":[{"scope":"global"}]}""", "members[0].scope")]
    [InlineData("""{"id":"t","limit":1,"members":[{"scope":"each:user"}]}""", "members[0].scope")]
    [InlineData("""{"id":"t","limit":1,"members":[{"scope":"project=a"},{"scope":"project=a"}]}""", "members")]
    [InlineData("""{"id":"t","limit":1,"members":[{"scope":"project=a","weight":0}]}""", "members[0].weight")]
    [InlineData("""{"id":"t","limit":1,"members":[{"scope":"project=a","minimum":1}]}""", "members")]
    [InlineData("""{"id":"t","limit":1,"strategy":"reserved","members":[{"scope":"project=a","minimum":2}]}""", "members")]
    [InlineData("""{"id":"t","limit":1,"strategy":"fair","members":[{"scope":"project=a"}]}""", "strategy")]
    [InlineData("""{"id":"t","limit":1,"period":"none","members":[{"scope":"project=a"}]}""", "period")]
    [InlineData("""{"id":"t","limit":1,"enforcement":"throttle","members":[{"scope":"project=a"}]}""", "enforcement")]
    [InlineData("""{"id":"t","limit":1.5,"unit":"record","members":[{"scope":"project=a"}]}""", "limit")]
    [InlineData("""{"id":"t","limit":1,"rollover":{"fraction":2},"members":[{"scope":"project=a"}]}""", "rollover.fraction")]
    [InlineData("""{"id":"t","limit":1,"dynamics":{"ceiling":0},"members":[{"scope":"project=a"}]}""", "dynamics.ceiling")]
    public async Task A_bad_value_is_400_and_named(string body, string field)
    {
        await using var service = await ServiceApp.StartAsync();

        var problem = await Problem.OfAsync(await service.PostAsync("/quotas/allocate", body), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
        (await service.GetForJsonAsync("/quotas"))["items"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task Periods_that_the_store_has_forgotten_are_those_of_the_ledger()
    {
        var clock = ServiceApp.NewClock();
        await using var app = await LedgerApp.StartAsync(options => options.QuotaHistory = TimeSpan.FromDays(1), clock: clock);
        await app.Service.PostForJsonAsync("/quotas/allocate", Teams);
        await app.Service.PostForJsonAsync("/spend", """{"provider":"openai","projectId":"a","cost":4}""");
        for (var day = 0; day < 5; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await app.Service.GetForJsonAsync("/quotas/teams%2Fa");
        }
        await app.Service.App.Services.GetRequiredService<ILedgerFeed>().FlushAsync();

        var periods = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await app.Service.GetForJsonAsync($"/quotas/teams%2Fa/history?limit=2{cursor}");
            periods.AddRange(LedgerApp.Items(page));
            cursor = page["nextCursor"] is { } next ? $"&cursor={Uri.EscapeDataString((string)next!)}" : null;
        }

        periods.Select(period => (string)period["members"]![0]!["used"]!).Should().Equal("0", "0", "0", "0", "4");
        (await app.FindAsync("?kind=pool_period")).Should().Equal(Enumerable.Repeat("teams/a", 5));
    }

    [Fact]
    public async Task The_budget_of_a_member_is_changed_with_its_pool_alone()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/quotas/allocate", Teams);
        var budget = (await service.GetForJsonAsync("/budgets"))["items"]!.AsArray().Single(item => item!["scope"]!.GetValue<string>() == "project=a")!;
        var path = $"/budgets/{Uri.EscapeDataString(budget["id"]!.GetValue<string>())}";

        budget["poolId"]!.GetValue<string>().Should().Be("teams/a");
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, path, """{"scope":"project=a","limit":"100"}"""), 400);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Delete, path), 400);
        await Problem.OfAsync(await service.PostAsync($"{path}/reset", "{}"), 400);
    }
}
