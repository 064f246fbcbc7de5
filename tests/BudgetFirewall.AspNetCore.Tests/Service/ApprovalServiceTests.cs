using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Approvals over HTTP.</summary>
public sealed class ApprovalServiceTests
{
    private const string Team = """{"id":"team","scope":"project=search","limit":"10","enforcement":"escalate"}""";
    private const string Spend = """{"provider":"p","projectId":"search","cost":11}""";
    private const string SpendForAlice = """{"provider":"p","projectId":"search","userId":"alice","cost":11}""";

    [Fact]
    public async Task What_one_instance_refuses_is_approved_on_another_and_admitted_by_the_first_at_its_next_decision()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = await StartAsync(redis);
        await using var other = await StartAsync(redis);

        var refused = await Problem.OfAsync(await CallAsync(one, "alice", "/spend", SpendForAlice), 402);
        var id = (string)refused["approvalId"]!;
        var listed = await Problem.JsonAsync(await CallAsync(other, "bob", "/approvals?state=pending", body: null));
        var approved = await Problem.JsonAsync(await CallAsync(other, "bob", $"/approvals/{id}/approve", """{"amount":"1.5","note":"for the demo"}"""));
        var admitted = await Problem.JsonAsync(await CallAsync(one, "alice", "/spend", SpendForAlice));

        ((string)refused["type"]!, (string)refused["outcome"]!, refused["approvalIds"]!.ToJsonString()).Should().Be(("urn:budgetfirewall:approval-required", "approval_required", $"[\"{id}\"]"));
        ((string)listed["items"]![0]!["id"]!, (string)listed["items"]![0]!["state"]!, (string)listed["items"]![0]!["needed"]!).Should().Be((id, "pending", "11"));
        ((string)approved["state"]!, (string)approved["amount"]!, (string)approved["decidedBy"]!, (string)approved["note"]!, (string)approved["request"]!["userId"]!)
            .Should().Be(("approved", "1.5", "bob", "for the demo", "alice"));
        ((bool)admitted["isAllowed"]!, (string)admitted["budgets"]![0]!["allowance"]!).Should().Be((true, "1.5"));
    }

    [Fact]
    public async Task An_escalating_budget_is_created_and_found()
    {
        await using var service = await ServiceApp.StartAsync();

        (await service.PostAsync("/budgets", Team)).StatusCode.Should().Be(HttpStatusCode.Created);

        ((string)(await service.GetForJsonAsync("/budgets/team"))["enforcement"]!).Should().Be("escalate");
    }

    [Fact]
    public async Task Approvals_are_listed_in_pages_found_denied_and_cancelled()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/budgets", Team.Replace("project=search", "each:project", StringComparison.Ordinal));
        var ids = new List<string>();
        foreach (var project in new[] { "a", "b", "c" })
            ids.Add((string)(await Problem.OfAsync(await service.PostAsync("/spend", Spend.Replace("search", project, StringComparison.Ordinal)), 402))["approvalId"]!);

        var first = await service.GetForJsonAsync("/approvals?limit=2");
        var second = await service.GetForJsonAsync($"/approvals?limit=2&cursor={(string)first["nextCursor"]!}");
        var denied = await service.PostForJsonAsync($"/approvals/{ids[0]}/deny", """{"note":"no"}""");
        var cancelled = await service.PostForJsonAsync($"/approvals/{ids[1]}/cancel", body: null);
        var pending = await service.GetForJsonAsync("/approvals?state=pending&budgetId=team");
        var found = await service.GetForJsonAsync($"/approvals/{ids[0]}");

        first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => (string)item!["id"]!).Should().BeEquivalentTo(ids);
        second["nextCursor"].Should().BeNull();
        ((string)denied["state"]!, (string)denied["note"]!, (string)cancelled["state"]!).Should().Be(("denied", "no", "cancelled"));
        pending["items"]!.AsArray().Should().ContainSingle().Which!["id"]!.GetValue<string>().Should().Be(ids[2]);
        found.ToJsonString().Should().Be(denied.ToJsonString());
        (await service.GetForJsonAsync("/approvals?budgetId=other"))["items"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task What_has_ended_is_409_and_a_repetition_with_its_key_is_answered()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/budgets", Team);
        var id = (string)(await Problem.OfAsync(await service.PostAsync("/spend", Spend), 402))["approvalId"]!;

        var approved = await service.PostForJsonAsync($"/approvals/{id}/approve", """{"amount":2}""", key: "answer");
        var again = await service.PostForJsonAsync($"/approvals/{id}/approve", """{"amount":"2.0"}""", key: "answer");
        var conflicts = new List<JsonObject>();
        foreach (var (path, body, key) in new[] { ("approve", """{"amount":2}""", null), ("approve", """{"amount":3}""", "answer"), ("deny", null, null), ("cancel", """{"note":"x"}""", "other") })
            conflicts.Add(await Problem.OfAsync(await service.PostAsync($"/approvals/{id}/{path}", body, key), 409));

        again.ToJsonString().Should().Be(approved.ToJsonString());
        conflicts.Should().OnlyContain(problem => (string)problem["type"]! == "urn:budgetfirewall:approval-ended" && (string)problem["state"]! == "approved");
        ((string)(await service.GetForJsonAsync("/status/project/search"))["budgets"]![0]!["allowance"]!).Should().Be("2");
    }

    [Theory]
    [InlineData("approve", "{}", "amount")]
    [InlineData("approve", """{"amount":0}""", "amount")]
    [InlineData("approve", """{"amount":"-1"}""", "amount")]
    [InlineData("approve", """{"amount":"0.0000000001"}""", "amount")]
    [InlineData("approve", """{"amount":9000000000.000000001}""", "amount")]
    [InlineData("approve", """{"amount":1,"note":""}""", "note")]
    [InlineData("approve", """{"amount":1,"by":"me"}""", "by")]
    [InlineData("deny", """{"amount":1}""", "amount")]
    [InlineData("cancel", """{"note":5}""", "note")]
    public async Task A_bad_answer_is_400_names_the_field_and_changes_nothing(string path, string body, string field)
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/budgets", Team);
        var id = (string)(await Problem.OfAsync(await service.PostAsync("/spend", Spend), 402))["approvalId"]!;

        var problem = await Problem.OfAsync(await service.PostAsync($"/approvals/{id}/{path}", body), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
        ((string)(await service.GetForJsonAsync($"/approvals/{id}"))["state"]!).Should().Be("pending");
    }

    [Theory]
    [InlineData("/approvals?state=open", "state")]
    [InlineData("/approvals?limit=0", "limit")]
    [InlineData("/approvals?cursor=nonsense", "cursor")]
    [InlineData("/approvals?partition=p", "partition")]
    public async Task A_bad_query_is_400_and_names_the_field(string path, string field)
    {
        await using var service = await ServiceApp.StartAsync();

        (await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, path), 400))["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
    }

    [Theory]
    [InlineData("%7Bx%7D%3A%2A")]
    [InlineData("a%2Fb%0A")]
    [InlineData("00000000000000000000000000000000")]
    public async Task An_unknown_id_is_404(string id)
    {
        await using var service = await ServiceApp.StartAsync();

        await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, $"/approvals/{id}"), 404);
        await Problem.OfAsync(await service.PostAsync($"/approvals/{id}/approve", """{"amount":1}"""), 404);
        await Problem.OfAsync(await service.PostAsync($"/approvals/{id}/deny"), 404);
    }

    [Fact]
    public async Task Where_a_second_person_is_required_the_caller_who_has_asked_is_403()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var app = await StartAsync(redis, options => options.Approvals.RequireSecondPerson = true);
        // Carol asks for somebody else, so that only the caller tells that it was she.
        var id = (string)(await Problem.OfAsync(await CallAsync(app, "carol", "/spend", SpendForAlice), 402))["approvalId"]!;

        foreach (var caller in new[] { "carol", "alice", null })
        {
            var problem = await Problem.OfAsync(await CallAsync(app, caller, $"/approvals/{id}/approve", """{"amount":1}"""), 403);
            ((string)problem["type"]!).Should().Be("urn:budgetfirewall:second-person-required");
        }

        ((string)(await Problem.JsonAsync(await CallAsync(app, "bob", $"/approvals/{id}/approve", """{"amount":1}""")))["state"]!).Should().Be("approved");
    }

    [Theory]
    [InlineData("client_id=robot,jti=1", "robot")]
    [InlineData("tenant=acme", null)]
    public async Task Whoever_has_a_name_for_people_decides_by_it_and_others_decide_too(string claims, string? name)
    {
        await using var app = await StartInMemoryAsync(service => service.CallerScope = _ => null);
        var id = (string)(await Problem.OfAsync(await CallAsync(app, "carol", "/spend", SpendForAlice), 402))["approvalId"]!;

        var approved = await Problem.JsonAsync(await CallAsync(app, null, $"/approvals/{id}/approve", """{"amount":1}""", claims));

        ((string)approved["state"]!, (string?)approved["decidedBy"]).Should().Be(("approved", name));
    }

    [Fact]
    public async Task A_call_waits_for_the_answer_as_long_as_its_body_says()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/budgets", Team);
        var waiting = service.PostForJsonAsync("/spend", Spend.Replace("11", "11,\"approvalWaitSeconds\":60", StringComparison.Ordinal));
        JsonArray items;
        do
        {
            await Task.Delay(10);
            items = (await service.GetForJsonAsync("/approvals?state=pending"))["items"]!.AsArray();
        }
        while (items.Count == 0);

        await service.PostForJsonAsync($"/approvals/{(string)items[0]!["id"]!}/approve", """{"amount":1}""");

        ((bool)(await waiting)["isAllowed"]!).Should().BeTrue();
        await Problem.OfAsync(await service.PostAsync("/spend", Spend.Replace("11", "11,\"approvalWaitSeconds\":86401", StringComparison.Ordinal)), 400);
    }

    [Fact]
    public async Task A_guarded_endpoint_is_402_with_the_approval_in_its_body()
    {
        await using var app = await TestApp.StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Provider("openai"), Limit = 1m, Enforcement = Enforcement.Escalate }),
            app =>
            {
                app.UseBudgetFirewall();
                app.MapGet("/answer", () => "done").RequireBudget("openai", budget => budget.Cost = 2m);
            });

        var problem = await Problem.OfAsync(await app.Client.GetAsync(new Uri("/answer", UriKind.Relative)), 402);

        var id = (string)problem["approvalId"]!;
        problem["approvalIds"]!.ToJsonString().Should().Be($"[\"{id}\"]");
        (await app.Firewall.Approvals.FindAsync(id))!.Needed.Should().Be(2m);
    }

    private static Task<TestApp> StartAsync(RedisServer redis, Action<BudgetFirewallOptions>? configure = null) => TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Id = "team", Scope = BudgetScope.Project("search"), Limit = 10m, Enforcement = Enforcement.Escalate });
            options.StoreTimeout = TimeSpan.FromSeconds(30);
            configure?.Invoke(options);
        },
        app => app.MapBudgetFirewall(ServiceApp.Prefix).AllowAnonymous(),
        HeaderUserHandler.AddTo,
        use: firewall => firewall.UseRedis(redis.Address));

    private static Task<TestApp> StartInMemoryAsync(Action<BudgetServiceOptions> service) => TestApp.StartAsync(
        options => options.Budgets.Add(new() { Id = "team", Scope = BudgetScope.Project("search"), Limit = 10m, Enforcement = Enforcement.Escalate }),
        app => app.MapBudgetFirewall(ServiceApp.Prefix, service).AllowAnonymous(),
        HeaderUserHandler.AddTo);

    private static async Task<HttpResponseMessage> CallAsync(TestApp app, string? caller, string path, string? body, string? claims = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, ServiceApp.Prefix + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (caller is not null)
            request.Headers.Add("Test-User", caller);
        if (claims is not null)
            request.Headers.Add("Test-Claims", claims);
        return await app.Client.SendAsync(request);
    }
}
