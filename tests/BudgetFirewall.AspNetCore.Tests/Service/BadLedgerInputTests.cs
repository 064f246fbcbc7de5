using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Whatever is sent to the paths of the ledger: no 500, a problem that names the field, or plain data, and never a statement.</summary>
public sealed class BadLedgerInputTests
{
    private const string Times = "\"from\":\"2030-01-01\",\"to\":\"2030-01-03\"";

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2030-01-01T00:00:00", "from")]
    [InlineData("from=2030-01-01T00:00:00+01:00", "from")]
    [InlineData("from=2030-13-01", "from")]
    [InlineData("from=0", "from")]
    [InlineData("to=", "to")]
    [InlineData("from=2030-01-02&to=2030-01-01", "to")]
    [InlineData("from=2030-01-02&to=2030-01-02", "to")]
    [InlineData("from=2030-01-01&from=2030-01-02", "from")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("kind=purchase", "kind")]
    [InlineData("kind=Charge", "kind")]
    [InlineData("kind=1", "kind")]
    [InlineData("kind=", "kind")]
    [InlineData("operationId=", "operationId")]
    [InlineData("user=", "user")]
    [InlineData("userId=alice", "userId")]
    [InlineData("projectId=search", "projectId")]
    [InlineData("User=alice", "User")]
    [InlineData("global=global", "global")]
    [InlineData("operation%3D=chat", "operation=")]
    [InlineData("dimensions.=x", "dimensions.")]
    [InlineData("tenant=a&tenant=b", "tenant")]
    public async Task A_bad_query_is_400_and_names_the_field(string query, string field)
    {
        await using var app = await LedgerApp.StartAsync();

        await AssertRefusedAsync(await app.Service.SendAsync(HttpMethod.Get, $"{LedgerApp.Records}?{query}"), field, query);
    }

    [Fact]
    public async Task Names_and_values_that_are_too_long_or_too_many_are_400()
    {
        await using var app = await LedgerApp.StartAsync();

        await AssertRefusedAsync(await app.Service.SendAsync(HttpMethod.Get, $"{LedgerApp.Records}?user={new string('x', 257)}"), "user", "long");
        await AssertRefusedAsync(await app.Service.SendAsync(HttpMethod.Get, $"{LedgerApp.Records}?{new string('x', 257)}=a"), new string('x', 257), "long");
        await AssertRefusedAsync(await app.Service.SendAsync(HttpMethod.Get, $"{LedgerApp.Records}?{string.Join('&', Enumerable.Range(0, 33).Select(i => $"d{i}=x"))}"), "query", "many");
        await AssertRefusedAsync(await app.Service.SendAsync(HttpMethod.Get, $"{LedgerApp.Records}?operationId={new string('x', 257)}"), "operationId", "long");
    }

    [Fact]
    public async Task A_cursor_of_another_query_is_400()
    {
        await using var app = await LedgerApp.StartAsync();
        for (var i = 0; i < 3; i++)
            await app.RecordAsync("""{"provider":"p","userId":"alice","cost":1}""");
        var cursor = (string)(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?limit=1&user=alice"))["nextCursor"]!;

        foreach (var other in new[] { "", "&user=bob", "&user=alice&provider=p", "&user=alice&from=2030-01-01", "&user=alice&kind=charge" })
            await AssertRefusedAsync(await app.Service.SendAsync(HttpMethod.Get, $"{LedgerApp.Records}?limit=1&cursor={cursor}{other}"), "cursor", other);
        (await app.FindAsync($"?limit=2&user=alice&cursor={cursor}")).Should().HaveCount(2);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("[]", "body")]
    [InlineData("{}", "from")]
    [InlineData("""{"from":"2030-01-01"}""", "to")]
    [InlineData("""{"from":5,"to":"2030-01-03"}""", "from")]
    [InlineData("""{"from":"2030-01-01T00:00","to":"2030-01-03"}""", "from")]
    [InlineData("""{"from":"2030-01-03","to":"2030-01-01"}""", "to")]
    [InlineData("""{"from":"1969-12-31","to":"2030-01-01"}""", "from")]
    [InlineData("""{"from":"2030-01-01","to":"9999-12-31"}""", "to")]
    [InlineData("""{"from":"2030-01-01","to":"9999-12-31T23:59:59.9999999Z"}""", "to")]
    [InlineData("{<times>,\"groupBy\":\"user\"}", "groupBy")]
    [InlineData("{<times>,\"groupBy\":[\"user\",\"user\"]}", "groupBy")]
    [InlineData("{<times>,\"groupBy\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}", "groupBy")]
    [InlineData("{<times>,\"groupBy\":[\"colour\"]}", "groupBy")]
    [InlineData("{<times>,\"groupBy\":[\"amount\"]}", "groupBy")]
    [InlineData("{<times>,\"groupBy\":[\"user; drop table ledger_entries\"]}", "groupBy")]
    [InlineData("{<times>,\"groupBy\":[\"user\",null]}", "groupBy[1]")]
    [InlineData("{<times>,\"groupBy\":[\"\"]}", "groupBy[0]")]
    [InlineData("{<times>,\"groupBy\":[\"operation=\"]}", "groupBy[0]")]
    [InlineData("{<times>,\"interval\":\"Day\"}", "interval")]
    [InlineData("{<times>,\"interval\":\"fortnight\"}", "interval")]
    [InlineData("""{"from":"2020-01-01","to":"2030-01-01","interval":"hour"}""", "interval")]
    [InlineData("""{"from":"1970-01-01","to":"2200-01-01","interval":"month"}""", "interval")]
    [InlineData("{<times>,\"timeZone\":\"Mars/Olympus\"}", "timeZone")]
    [InlineData("{<times>,\"timeZone\":\"../../etc/passwd\",\"interval\":\"day\"}", "timeZone")]
    [InlineData("{<times>,\"timeZone\":\"\"}", "timeZone")]
    [InlineData("{<times>,\"top\":0}", "top")]
    [InlineData("{<times>,\"top\":1.5}", "top")]
    [InlineData("{<times>,\"top\":99999999999}", "top")]
    [InlineData("{<times>,\"format\":\"focus\"}", "format")]
    [InlineData("{<times>,\"format\":\"xml\"}", "format")]
    [InlineData("{<times>,\"format\":\"CSV\"}", "format")]
    [InlineData("{<times>,\"scopes\":{\"user\":\"\"}}", "scopes.user")]
    [InlineData("{<times>,\"scopes\":{\"user\":null}}", "scopes.user")]
    [InlineData("{<times>,\"scopes\":{\"global\":\"global\"}}", "scopes.global")]
    [InlineData("{<times>,\"scopes\":{\"a=b\":\"c\"}}", "scopes.a=b")]
    [InlineData("{<times>,\"scopes\":[\"user\"]}", "scopes")]
    [InlineData("{<times>,\"columns\":[\"user\"]}", "columns")]
    [InlineData("{<times>,\"from\":\"2030-01-02\"}", "from")]
    public async Task A_bad_report_is_400_and_names_the_field(string body, string field)
    {
        await using var app = await LedgerApp.StartAsync();
        await app.RecordAsync("""{"provider":"p","userId":"alice","cost":1}""");

        await AssertRefusedAsync(await app.Service.PostAsync(LedgerApp.Reports, body.Replace("<times>", Times, StringComparison.Ordinal)), field, body);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("' or 1=1 --")]
    [InlineData("7fffffffffffffff-0000000000000000")]
    [InlineData("ffffffffffffffff-ffffffffffffffff")]
    [InlineData("0000000000000000-0000000000000000")]
    [InlineData("records'")]
    public async Task An_id_that_is_none_is_404(string id)
    {
        await using var app = await LedgerApp.StartAsync();
        await app.RecordAsync("""{"provider":"p","userId":"alice","cost":1}""");

        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"/cost-tracking/{Uri.EscapeDataString(id)}"), 404);
    }

    [Fact]
    public async Task Statements_in_every_text_are_data()
    {
        await using var app = await LedgerApp.StartAsync();
        string[] texts = ["'; drop table ledger_entries; --", "\" or \"\"=\"", "%_\\", "a\0b", "{list}{filters}", "@scope", "\u001a0", "\r\n,\"", "𝒳é"];
        foreach (var text in texts)
        {
            var request = new JsonObject
            {
                ["provider"] = text, ["operation"] = text, ["userId"] = text, ["projectId"] = text, ["model"] = text, ["cost"] = 1, ["operationId"] = text,
                ["dimensions"] = new JsonObject { ["tenant"] = text, [text.Replace("=", "", StringComparison.Ordinal)] = text },
            };
            await app.RecordAsync(request.ToJsonString());
        }

        foreach (var text in texts)
        {
            var (escaped, kind) = (Uri.EscapeDataString(text), text.Replace("=", "", StringComparison.Ordinal));
            foreach (var name in new[] { "provider", "operation", "user", "project", "model", "operationId", "tenant", "dimensions." + Uri.EscapeDataString(kind) })
                (await app.FindAsync($"?{name}={escaped}")).Should().Equal([text], $"{name} {text}");
            var report = await app.Service.PostForJsonAsync(LedgerApp.Reports, new JsonObject
            {
                ["from"] = "2030-01-01", ["to"] = "2030-01-03", ["groupBy"] = new JsonArray("tenant", kind), ["scopes"] = new JsonObject { ["user"] = text, [kind] = text },
            }.ToJsonString());
            var row = report["rows"]!.AsArray().Should().ContainSingle().Subject!;
            ((string)row["tenant"]!, (string)row[kind]!, (string)row["amount"]!).Should().Be((text, text, "1"));
        }
        (await app.FindAsync("")).Should().HaveCount(texts.Length);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("{}", "provider")]
    [InlineData("""{"provider":"p","cost":-1}""", "cost")]
    [InlineData("""{"provider":"p","cost":"1e400"}""", "cost")]
    [InlineData("""{"provider":"p","cost":1,"entryId":"x"}""", "entryId")]
    [InlineData("""{"provider":"p","cost":1,"operationId":""}""", "operationId")]
    [InlineData("""{"provider":"p","dimensions":{"a=b":"c"}}""", "dimensions")]
    public async Task A_bad_record_is_400_and_charges_nothing_alone_and_among_others(string body, string field)
    {
        await using var app = await LedgerApp.StartAsync();

        await AssertRefusedAsync(await app.Service.PostAsync(LedgerApp.Record, body), field, body);
        if (body.Length > 0)
            await AssertRefusedAsync(await app.Service.PostAsync("/cost-tracking/record/batch", $$"""{"requests":[{"provider":"p","cost":1},{{body}}]}"""), $"requests[1].{field}", body);
        (await app.FindAsync("")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_batch_is_bounded()
    {
        await using var app = await LedgerApp.StartAsync(service: options => options.MaxBatchSize = 3);

        await AssertRefusedAsync(await app.Service.PostAsync("/cost-tracking/record/batch", $$"""{"requests":[{{string.Join(',', Enumerable.Repeat("""{"provider":"p","cost":1}""", 4))}}]}"""), "requests", "four");
    }

    [Theory]
    [InlineData("/cost-tracking/record")]
    [InlineData("/cost-tracking/record/batch")]
    [InlineData("/cost-tracking/reports")]
    public async Task Other_media_types_are_415(string path)
    {
        await using var app = await LedgerApp.StartAsync();

        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Post, path, "{}", mediaType: "text/plain"), 415);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, string field, string because) =>
        (await Problem.OfAsync(response, 400))["errors"]!.AsObject().Select(error => error.Key).Should().Equal([field], because);
}
