using System.Net;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Shared costs over HTTP: allocated, listed, taken back and made again.</summary>
public sealed class AllocationServiceTests
{
    private const string Path = "/cost-tracking/allocations";

    private const string Fee = """{"id":"fee 1","source":"GPU cluster","amount":"90","from":"2030-01-01","to":"2030-02-01","method":"by_cost","each":"project","reason":"invoice 4711"}""";

    private const string Report = """{"from":"2030-01-01","to":"2030-02-01","groupBy":["project"]}""";

    [Fact]
    public async Task A_shared_cost_is_divided_by_what_was_recorded_and_reports_show_it()
    {
        await using var app = await StartAsync();

        var answer = await app.Service.PostAsync(Path, Fee);
        var made = await Problem.JsonAsync(answer);

        answer.StatusCode.Should().Be(HttpStatusCode.Created);
        answer.Headers.Location!.ToString().Should().EndWith("/cost-tracking/allocations/fee%201");
        made["shares"]!.ToJsonString().Should().Be("""[{"scope":"project=mail","weight":"1","amount":"30"},{"scope":"project=search","weight":"2","amount":"60"}]""");
        new[] { "id", "source", "amount", "currency", "from", "to", "method", "each", "timeZone", "reason", "madeAt" }.Select(name => (string)made[name]!).Should().Equal(
            "fee 1", "GPU cluster", "90", "EUR", "2030-01-01T00:00:00+00:00", "2030-02-01T00:00:00+00:00", "by_cost", "project", "UTC", "invoice 4711", "2030-01-02T18:00:00+00:00");
        ((long)made["version"]!, (bool)made["isReplay"]!, (bool)made["isAmortised"]!, made["takenBackAt"]).Should().Be((1, false, false, null));
        (await app.Service.GetForJsonAsync($"{Path}/fee%201")).ToJsonString().Should().Be(made.ToJsonString());
        LedgerApp.Items(await app.Service.GetForJsonAsync(Path)).Should().ContainSingle().Which.ToJsonString().Should().Be(made.ToJsonString());
        var report = await app.Service.PostForJsonAsync(LedgerApp.Reports, Report);
        report["rows"]!.ToJsonString().Should().Be("""[{"project":"search","amount":"2","count":1,"allocated":"60"},{"project":"mail","amount":"1","count":1,"allocated":"30"}]""");
        report["total"]!.ToJsonString().Should().Be("""{"amount":"3","count":2,"allocated":"90"}""");
        var entry = LedgerApp.Items(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?kind=allocation&project=mail")).Should().ContainSingle().Subject;
        new[] { "kind", "operationId", "operationScope", "amount", "projectId" }.Select(name => (string)entry[name]!).Should().Equal("allocation", "fee 1", "made 1, part 1", "30", "mail");
        ((string)entry["after"]!).Should().Contain("\"source\":\"GPU cluster\"");
    }

    [Fact]
    public async Task The_key_is_the_id_and_a_repetition_changes_nothing()
    {
        await using var app = await StartAsync();
        var keyed = Fee.Replace("\"id\":\"fee 1\",", "", StringComparison.Ordinal);

        var first = await app.Service.PostForJsonAsync(Path, keyed, key: "k1");
        await app.RecordAsync("""{"provider":"p","projectId":"mail","cost":"100"}""");
        var again = await app.Service.PostForJsonAsync(Path, keyed, key: "k1");
        var other = await app.Service.PostAsync(Path, keyed.Replace("90", "91", StringComparison.Ordinal), "k1");

        ((string)first["id"]!, (bool)again["isReplay"]!).Should().Be(("k1", true));
        again["shares"]!.ToJsonString().Should().Be(first["shares"]!.ToJsonString());
        ((string)(await Problem.OfAsync(other, 409))["type"]!).Should().Be("urn:budgetfirewall:conflict");
        (await Problem.OfAsync(await app.Service.PostAsync(Path, keyed), 400))["errors"]!["id"].Should().NotBeNull();
        LedgerApp.Items(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?kind=allocation")).Should().HaveCount(2);
    }

    [Fact]
    public async Task It_is_taken_back_and_made_again_with_a_reason_or_without()
    {
        await using var app = await StartAsync();
        await app.Service.PostForJsonAsync(Path, Fee);
        await app.RecordAsync("""{"provider":"p","projectId":"mail","cost":"1"}""");

        var again = await app.Service.PostForJsonAsync($"{Path}/fee%201/again", """{"reason":"late"}""");
        var same = await Problem.JsonAsync(await app.Service.SendAsync(HttpMethod.Post, $"{Path}/fee%201/again"));
        var ended = await Problem.JsonAsync(await app.Service.SendAsync(HttpMethod.Post, $"{Path}/fee%201/take-back"));

        again["shares"]!.AsArray().Select(share => (string)share!["amount"]!).Should().Equal("45", "45");
        ((long)again["version"]!, (bool)again["isReplay"]!, (bool)same["isReplay"]!, (string)ended["takenBackAt"]!).Should().Be((2, false, true, "2030-01-02T18:00:00+00:00"));
        ((string)(await app.Service.PostForJsonAsync(LedgerApp.Reports, Report))["total"]!["allocated"]!).Should().Be("0");
        LedgerApp.Items(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?kind=allocation&operationId=fee%201")).Select(entry => (string)entry["amount"]!)
            .Should().BeEquivalentTo("30", "60", "-30", "-60", "45", "45", "-45", "-45");
        foreach (var path in new[] { $"{Path}/none/again", $"{Path}/none/take-back" })
            await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Post, path), 404);
        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"{Path}/none"), 404);
    }

    [Fact]
    public async Task Every_member_of_the_body_is_taken()
    {
        await using var app = await StartAsync();

        var made = await app.Service.PostForJsonAsync(Path, """
            {"id":"a","source":"s","amount":3,"currency":"USD","from":"2030-01-01T00:00:00+01:00","to":"2030-01-04T00:00:00+01:00","method":"by_metric","targets":[{"scope":"team=a","weight":"0.5"},{"scope":"team=b","weight":1}],
             "usedWith":{"provider":"p"},"scopes":{"tenant":"acme"},"isAmortised":true,"timeZone":"Europe/Berlin"}
            """);
        var byUse = await app.Service.PostForJsonAsync(Path, """{"id":"b","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"by_usage","unit":"request","targets":[{"scope":"project=mail"}]}""");

        made["shares"]!.AsArray().Select(share => (string)share!["amount"]!).Should().Equal("1", "2");
        new[] { "targets", "usedWith", "scopes" }.Select(name => made[name]!.ToJsonString()).Should().Equal("""[{"scope":"team=a","weight":"0.5"},{"scope":"team=b","weight":"1"}]""", """{"provider":"p"}""", """{"tenant":"acme"}""");
        ((string)made["currency"]!, (bool)made["isAmortised"]!, (string)made["timeZone"]!, (string)byUse["unit"]!).Should().Be(("USD", true, "Europe/Berlin", "request"));
        LedgerApp.Items(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?operationId=a&team=b")).Select(entry => (string)entry["time"]!).Should().Equal("2030-01-02T23:00:00+00:00", "2030-01-01T23:00:00+00:00", "2029-12-31T23:00:00+00:00");
    }

    [Theory]
    [InlineData("source", """{"id":"a","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"project"}""")]
    [InlineData("amount", """{"id":"a","source":"s","from":"2030-01-01","to":"2030-01-04","method":"even","each":"project"}""")]
    [InlineData("amount", """{"id":"a","source":"s","amount":-1,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"project"}""")]
    [InlineData("from", """{"id":"a","source":"s","amount":3,"to":"2030-01-04","method":"even","each":"project"}""")]
    [InlineData("from", """{"id":"a","source":"s","amount":3,"from":"1960-01-01","to":"2030-01-04","method":"even","each":"project"}""")]
    [InlineData("to", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","method":"even","each":"project"}""")]
    [InlineData("to", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-01","method":"even","each":"project"}""")]
    [InlineData("method", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","each":"project"}""")]
    [InlineData("method", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"ByCost","each":"project"}""")]
    [InlineData("unit", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"by_usage","each":"project"}""")]
    [InlineData("each", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"projct"}""")]
    [InlineData("targets", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even"}""")]
    [InlineData("targets", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","targets":[{"scope":"a=b"},{"scope":"a=b"}]}""")]
    [InlineData("targets[0]", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","targets":[null]}""")]
    [InlineData("targets[1].scope", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","targets":[{"scope":"a=b"},{"weight":1}]}""")]
    [InlineData("targets[0].scope", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","targets":[{"scope":"b"}]}""")]
    [InlineData("usedWith.global", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"project","usedWith":{"global":"x"}}""")]
    [InlineData("scopes.tenant", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"project","scopes":{"tenant":""}}""")]
    [InlineData("usedWith", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"project","usedWith":{"b":"x","c":"x","d":"x","e":"x","f":"x","g":"x","h":"x","i":"x","j":"x","k":"x","l":"x","m":"x","n":"x","o":"x","p":"x","q":"x","r":"x"}}""")]
    [InlineData("scopes", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"project","scopes":{"b":"x","c":"x","d":"x","e":"x","f":"x","g":"x","h":"x","i":"x","j":"x","k":"x","l":"x","m":"x","n":"x","o":"x","p":"x","q":"x","r":"x"}}""")]
    [InlineData("timeZone", """{"id":"a","source":"s","amount":3,"from":"2030-01-01","to":"2030-01-04","method":"even","each":"project","timeZone":"Mars/Olympus"}""")]
    public async Task What_cannot_be_allocated_is_refused_and_names_its_field(string field, string body)
    {
        await using var app = await StartAsync();

        var problem = await Problem.OfAsync(await app.Service.PostAsync(Path, body), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
        LedgerApp.Items(await app.Service.GetForJsonAsync(Path)).Should().BeEmpty();
    }

    [Fact]
    public async Task Where_nobody_has_used_anything_it_is_a_conflict()
    {
        await using var app = await StartAsync();

        var problem = await Problem.OfAsync(await app.Service.PostAsync(Path, Fee.Replace("2030-0", "2040-0", StringComparison.Ordinal)), 409);

        ((string)problem["type"]!).Should().Be("urn:budgetfirewall:nothing-used");
    }

    [Fact]
    public async Task Lists_are_paged_and_a_cursor_of_nobody_is_refused()
    {
        await using var app = await StartAsync();
        foreach (var id in new[] { "a", "b", "c" })
            await app.Service.PostForJsonAsync(Path, Fee.Replace("fee 1", id, StringComparison.Ordinal));

        var first = await app.Service.GetForJsonAsync($"{Path}?limit=2");
        var second = await app.Service.GetForJsonAsync($"{Path}?limit=2&cursor={(string)first["nextCursor"]!}");

        LedgerApp.Items(first).Concat(LedgerApp.Items(second)).Select(made => (string)made["id"]!).Should().Equal("c", "b", "a");
        second["nextCursor"].Should().BeNull();
        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"{Path}?cursor=YWI"), 400);
        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"{Path}?partition=x"), 400);
    }

    [Fact]
    public async Task Without_a_ledger_every_call_says_what_to_switch_on()
    {
        await using var service = await ServiceApp.StartAsync();

        foreach (var answer in new[]
        {
            await service.PostAsync(Path, Fee), await service.SendAsync(HttpMethod.Get, Path), await service.SendAsync(HttpMethod.Get, $"{Path}/a"), await service.SendAsync(HttpMethod.Post, $"{Path}/a/again"),
            await service.SendAsync(HttpMethod.Post, $"{Path}/a/take-back"),
        })
        {
            ((string)(await Problem.OfAsync(answer, 501))["type"]!).Should().Be("urn:budgetfirewall:ledger-missing");
        }
    }

    /// <summary>Search has spent 2, mail 1.</summary>
    private static async Task<LedgerApp> StartAsync()
    {
        var app = await LedgerApp.StartAsync(options => options.Currency = "EUR");
        await app.RecordAsync("""{"provider":"p","projectId":"search","cost":"2"}""");
        await app.RecordAsync("""{"provider":"p","projectId":"mail","cost":"1"}""");
        return app;
    }
}
