using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Where there are partitions, each call on the ledger is about one of them and sees nothing of another.</summary>
public sealed class LedgerPartitionTests
{
    private const string Report = """{"from":"2030-01-01","to":"2031-01-01","groupBy":["user"]}""";

    [Fact]
    public async Task Entries_and_sums_of_another_partition_are_not_there()
    {
        await using var app = await StartAsync();
        var acme = await app.RecordAsync("""{"provider":"p","userId":"alice","dimensions":{"tenant":"acme"},"cost":1,"operationId":"one"}""");
        var globex = await app.RecordAsync("""{"provider":"p","userId":"alice","dimensions":{"tenant":"globex"},"cost":2,"operationId":"one"}""");

        acme.Should().NotBe(globex);
        foreach (var (partition, own, other, amount) in new[] { ("acme", acme, globex, "1"), ("globex", globex, acme, "2") })
        {
            foreach (var query in new[] { "", "&user=alice", "&operationId=one", "&kind=charge", $"&tenant={partition}" })
                LedgerApp.Items(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?partition={partition}{query}")).Select(entry => (string)entry["entryId"]!).Should().Equal([own], query);
            ((string)(await app.Service.GetForJsonAsync($"/cost-tracking/{own}?partition={partition}"))["partition"]!).Should().Be(partition);
            var missing = await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"/cost-tracking/{other}?partition={partition}"), 404);
            missing.ToJsonString().Should().Be((await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"/cost-tracking/{new string('0', 16)}-{new string('0', 16)}?partition={partition}"), 404)).ToJsonString());
            var report = await app.Service.PostForJsonAsync($"{LedgerApp.Reports}?partition={partition}", Report);
            ((string)report["total"]!["amount"]!).Should().Be(amount);
        }
    }

    [Theory]
    [InlineData("?partition=acme&tenant=globex")]
    [InlineData("?partition=acme&dimensions.tenant=globex")]
    [InlineData("?partition=acme&dimensions.partition=globex")]
    [InlineData("?partition=initech")]
    [InlineData("?partition=ACME")]
    [InlineData("?partition=acme%00")]
    [InlineData("?partition=acme%27+or+1=1+--")]
    public async Task No_other_name_leads_to_another_partition(string query)
    {
        await using var app = await StartAsync();
        await app.RecordAsync("""{"provider":"p","dimensions":{"tenant":"globex"},"cost":2}""");

        (await app.FindAsync(query)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("?partition%3D=globex&partition=acme")]
    [InlineData("?dimensions.partition%3D=globex&partition=acme")]
    [InlineData("?partition=acme&partition=globex")]
    [InlineData("?PARTITION=acme&partition=globex")]
    [InlineData("?partition=")]
    [InlineData("")]
    public async Task A_partition_that_is_not_one_is_400(string query)
    {
        await using var app = await StartAsync();
        await app.RecordAsync("""{"provider":"p","dimensions":{"tenant":"globex"},"cost":2}""");

        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, LedgerApp.Records + query), 400);
    }

    [Fact]
    public async Task A_report_is_kept_to_its_partition_whatever_its_body_says()
    {
        await using var app = await StartAsync();
        await app.RecordAsync("""{"provider":"p","userId":"alice","dimensions":{"tenant":"globex"},"cost":2}""");

        foreach (var (body, status) in new[]
        {
            ("""{"from":"2030-01-01","to":"2031-01-01","scopes":{"tenant":"globex"}}""", 200), ("""{"from":"2030-01-01","to":"2031-01-01","groupBy":["tenant"]}""", 200),
            ("""{"from":"2030-01-01","to":"2031-01-01","groupBy":["partition="]}""", 400), ("""{"from":"2030-01-01","to":"2031-01-01","scopes":{"partition=":"globex"}}""", 400),
            ("""{"from":"2030-01-01","to":"2031-01-01","partition":"globex"}""", 400),
        })
        {
            var answer = await app.Service.PostAsync($"{LedgerApp.Reports}?partition=acme", body);
            ((int)answer.StatusCode).Should().Be(status, body);
            if (status == 200)
                JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["rows"]!.AsArray().Should().BeEmpty(body);
        }
        await Problem.OfAsync(await app.Service.PostAsync(LedgerApp.Reports, Report), 400);
    }

    [Fact]
    public async Task A_report_does_not_tell_which_names_other_partitions_use()
    {
        await using var app = await StartAsync();
        await app.RecordAsync("""{"provider":"p","dimensions":{"tenant":"acme"},"cost":1}""");
        await app.RecordAsync("""{"provider":"p","dimensions":{"tenant":"globex","customer":"initech"},"cost":2}""");

        // A kind of scope, a partition, a family of counters and a text that nobody uses.
        foreach (var name in new[] { "customer", "globex", "global/month", "nothing" })
        {
            var report = await app.Service.PostForJsonAsync($"{LedgerApp.Reports}?partition=acme", $$"""{"from":"2030-01-01","to":"2031-01-01","groupBy":["{{name}}"]}""");
            var row = report["rows"]!.AsArray().Should().ContainSingle().Subject!;
            ((string?)row[name], (string)row["amount"]!).Should().Be((null, "1"), name);
        }
    }

    [Fact]
    public async Task Resets_belong_to_their_partition_too()
    {
        await using var app = await StartAsync();
        await app.RecordAsync("""{"provider":"p","userId":"alice","dimensions":{"tenant":"acme"},"cost":1}""");
        (await app.Service.PostAsync("/budgets/each%3Auser%2Fday/reset?partition=acme", """{"scope":"user=alice"}""")).EnsureSuccessStatusCode();

        LedgerApp.Items(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?partition=acme&kind=reset")).Should().ContainSingle().Which["counters"]![0]!["amount"]!.GetValue<string>().Should().Be("-1");
        (await app.FindAsync("?partition=globex&kind=reset")).Should().BeEmpty();
    }

    [Fact]
    public async Task Where_there_are_no_partitions_none_may_be_named()
    {
        await using var app = await LedgerApp.StartAsync();

        foreach (var path in new[] { LedgerApp.Records, "/cost-tracking/x" })
            (await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, path + "?partition=acme"), 400))["errors"]!.AsObject().Select(error => error.Key).Should().Equal("partition");
        await Problem.OfAsync(await app.Service.PostAsync(LedgerApp.Reports + "?partition=acme", Report), 400);
    }

    private static Task<LedgerApp> StartAsync() => LedgerApp.StartAsync(options => options.PartitionBy = "tenant");
}
