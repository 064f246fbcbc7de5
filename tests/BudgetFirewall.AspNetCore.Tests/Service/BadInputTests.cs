using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Whatever is sent: no 500, a problem that names the field, and nothing changed.</summary>
public sealed class BadInputTests
{
    private static readonly string[] RequestPaths = ["/check", "/spend", "/charge", "/reserve", "/estimate"];

    private static readonly (string Body, string Field)[] BadRequests =
    [
        ("", "body"),
        ("null", "body"),
        ("[]", "body"),
        ("\"text\"", "body"),
        ("{", "body"),
        ("{}}", "body"),
        ("not json", "body"),
        ("""{"provider":"p"} trailing""", "body"),
        ("{}", "provider"),
        ("""{"provider":null}""", "provider"),
        ("""{"provider":""}""", "provider"),
        ("""{"provider":5}""", "provider"),
        ("""{"provider":["p"]}""", "provider"),
        ("""{"provider":"p","Provider":"p"}""", "Provider"),
        ("""{"provider":"p","unknown":1}""", "unknown"),
        ("""{"provider":"p","provider":"q"}""", "provider"),
        ("""{"provider":"p","cost":NaN}""", "body"),
        ("""{"provider":"p","cost":"NaN"}""", "cost"),
        ("""{"provider":"p","cost":"Infinity"}""", "cost"),
        ("""{"provider":"p","cost":"0x10"}""", "cost"),
        ("""{"provider":"p","cost":" 1"}""", "cost"),
        ("""{"provider":"p","cost":"1,5"}""", "cost"),
        ("""{"provider":"p","cost":"+1"}""", "cost"),
        ("""{"provider":"p","cost":""}""", "cost"),
        ("""{"provider":"p","cost":"\u0031"}""", "cost"),
        ("""{"provider":"p","cost":true}""", "cost"),
        ("""{"provider":"p","cost":{}}""", "cost"),
        ("""{"provider":"p","cost":-0.01}""", "cost"),
        ("""{"provider":"p","cost":"-1"}""", "cost"),
        ("""{"provider":"p","cost":1e400}""", "cost"),
        ("""{"provider":"p","cost":1e-400}""", "cost"),
        ("""{"provider":"p","cost":0.00000000000000000000000000000001}""", "cost"),
        ("""{"provider":"p","cost":9000000000.000000001}""", "cost"),
        ("""{"provider":"p","cost":"99999999999999999999999999999999999999999999999999999999999999999999999999"}""", "cost"),
        ("""{"provider":"p","cost":0.123456789012345678901234567890}""", "cost"),
        ("""{"provider":"p","cost":"0.123456789012345678901234567890"}""", "cost"),
        ("""{"provider":"p","cost":1e-29}""", "cost"),
        ("""{"provider":"p","permits":-1}""", "permits"),
        ("""{"provider":"p","permits":1.5}""", "permits"),
        ("""{"provider":"p","permits":"x"}""", "permits"),
        ("""{"provider":"p","permits":99999999999}""", "permits"),
        ("""{"provider":"p","usage":[]}""", "usage"),
        ("""{"provider":"p","usage":{"inputTokens":-1}}""", "usage.inputTokens"),
        ("""{"provider":"p","usage":{"inputTokens":"5 "}}""", "usage.inputTokens"),
        ("""{"provider":"p","usage":{"inputTokens":1.5}}""", "usage.inputTokens"),
        ("""{"provider":"p","usage":{"requestBytes":9223372036854775808}}""", "usage.requestBytes"),
        ("""{"provider":"p","usage":{"inputTokens":1,"cachedInputTokens":2}}""", "usage.inputTokens"),
        ("""{"provider":"p","usage":{"tokens":1}}""", "usage.tokens"),
        ("""{"provider":"p","usage":{"units":{"record":-1}}}""", "usage.units.record"),
        ("""{"provider":"p","usage":{"units":{"record":"0.0000001"}}}""", "usage.units.record"),
        ("""{"provider":"p","usage":{"units":{"record":"x"}}}""", "usage.units.record"),
        ("""{"provider":"p","usage":{"units":{"kb":1}}}""", "usage.units"),
        ("""{"provider":"p","dimensions":{"user":"alice"}}""", "dimensions"),
        ("""{"provider":"p","dimensions":{"a=b":"c"}}""", "dimensions"),
        ("""{"provider":"p","dimensions":{"tenant":"a","tenant":"b"}}""", "dimensions.tenant"),
        ("""{"provider":"p","usage":{"units":{"record":1,"record":2}}}""", "usage.units.record"),
        ("""{"provider":"p","dimensions":{"tenant":null}}""", "dimensions.tenant"),
        ("""{"provider":"p","dimensions":{"tenant":""}}""", "dimensions.tenant"),
        ("""{"provider":"p","dimensions":{"tenant":1}}""", "dimensions.tenant"),
        ("""{"provider":"p","userId":"\ud800"}""", "userId"),
        ("""{"provider":"p","cost":100000.000000001}""", "cost"),
        ("""{"provider":"p","usage":{"units":{"record":100000001}}}""", "cost"),
        ("{\"provider\":\"p\",\"userId\":\"" + new string('x', 257) + "\"}", "userId"),
        ("{\"provider\":\"p\",\"dimensions\":" + string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 71), "dimensions.a"),
    ];

    [Fact]
    public async Task Bad_requests_are_400_naming_the_field_and_change_nothing()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        foreach (var path in RequestPaths)
        {
            foreach (var (body, field) in BadRequests)
                await AssertRefusedAsync(await service.PostAsync(path, body), field, $"{path} {body}");
        }
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Bad_requests_in_batches_refuse_the_whole_batch()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        const string good = """{"provider":"openai","userId":"alice","cost":1}""";
        (string Body, string Field)[] bad =
        [
            ("{}", "requests"),
            ("""{"requests":[]}""", "requests"),
            ("""{"requests":{}}""", "requests"),
            ($$"""{"requests":[{{good}},null]}""", "requests[1]"),
            ($$"""{"requests":[{{good}},{"userId":"alice"}]}""", "requests[1].provider"),
            ($$"""{"requests":[{{good}},{"provider":"p","cost":-1}]}""", "requests[1].cost"),
            ($$"""{"requests":[{{good}},{"provider":"p","cost":"x"}]}""", "requests[1].cost"),
            ($$$"""{"requests":[{{{good}}},{"provider":"p","usage":{"inputTokens":-1}}]}""", "requests[1].usage.inputTokens"),
            ($$"""{"requests":[{{good}},{"provider":"p","cost":"100000.01"}]}""", "requests[1].cost"),
            ($$"""{"requests":[{{good}},{"provider":"p","leaseSeconds":5}]}""", "requests[1].leaseSeconds"),
            ($$"""{"requests":[{{string.Join(",", Enumerable.Repeat(good, 101))}}]}""", "requests"),
        ];
        foreach (var path in new[] { "/check/batch", "/budgets/check/batch", "/charge/batch" })
        {
            foreach (var (body, field) in bad)
                await AssertRefusedAsync(await service.PostAsync(path, body), field, $"{path} {body}");
        }
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Bad_commits_extensions_and_releases_change_nothing()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var id = (string)(await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","cost":1}"""))["reservationId"]!;
        var before = await service.EverythingAsync();
        (string Path, string? Body, string Field)[] bad =
        [
            ("commit", "", "body"),
            ("commit", "{}", "cost"),
            ("commit", """{"cost":1,"usage":{}}""", "cost"),
            ("commit", """{"cost":-1}""", "cost"),
            ("commit", """{"cost":100000.01}""", "cost"),
            ("commit", """{"cost":"abc"}""", "cost"),
            ("commit", """{"usage":{"outputTokens":-1}}""", "usage.outputTokens"),
            ("commit", """{"price":1}""", "price"),
            ("extend", "{}", "leaseSeconds"),
            ("extend", """{"leaseSeconds":0}""", "leaseSeconds"),
            ("extend", """{"leaseSeconds":86401}""", "leaseSeconds"),
            ("extend", """{"leaseSeconds":"1e400"}""", "leaseSeconds"),
            ("release", """{"why":"x"}""", "why"),
            ("release", "[]", "body"),
        ];
        foreach (var (path, body, field) in bad)
            await AssertRefusedAsync(await service.PostAsync($"/reservations/{id}/{path}", body), field, $"{path} {body}");
        await AssertRefusedAsync(await service.PostAsync("/reserve", """{"provider":"p","leaseSeconds":0.5}"""), "leaseSeconds", "reserve");
        await AssertRefusedAsync(await service.PostAsync($"/reservations/{new string('x', 800)}/commit", """{"cost":1}"""), "reservationId", "long id");
        await AssertRefusedAsync(await service.PostAsync("/reservations/%FF%FE/commit", """{"cost":1}"""), "id", "not UTF-8");
        await Problem.OfAsync(await service.PostAsync("/reservations/unknown/commit", """{"cost":1}"""), 404);
        await Problem.OfAsync(await service.PostAsync("/reservations/unknown/extend", """{"leaseSeconds":5}"""), 404);
        (await service.PostAsync("/reservations/unknown/release")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Bad_budgets_and_scopes_change_nothing()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        (string Body, string Field)[] bad =
        [
            ("", "body"),
            ("{}", "scope"),
            ("""{"scope":"user=alice"}""", "limit"),
            ("""{"scope":"nonsense","limit":1}""", "scope"),
            ("""{"scope":"each:global","limit":1}""", "scope"),
            ("""{"scope":"user=alice","limit":"0.0000000001"}""", "limit"),
            ("""{"scope":"user=alice","limit":-1}""", "limit"),
            ("""{"scope":"user=alice","limit":"9000000001"}""", "limit"),
            ("""{"scope":"user=alice","limit":1,"period":"fortnight"}""", "period"),
            ("""{"scope":"user=alice","limit":1,"period":1}""", "period"),
            ("""{"scope":"user=alice","limit":1,"enforcement":"none"}""", "enforcement"),
            ("""{"scope":"user=alice","limit":1,"warnAt":[0]}""", "warnAt"),
            ("""{"scope":"user=alice","limit":1,"warnAt":["x"]}""", "warnAt[0]"),
            ("""{"scope":"user=alice","limit":1,"unit":""}""", "unit"),
            ("""{"scope":"user=alice","limit":1,"providers":[""]}""", "providers"),
            ("""{"scope":"user=alice","limit":1,"id":""}""", "id"),
            ("""{"scope":"user=alice","limit":1,"spent":0}""", "spent"),
            ("""{"scope":"each:user","limit":1,"id":"twin"}""", "budget"),
        ];
        foreach (var (body, field) in bad)
        {
            await AssertRefusedAsync(await service.SendAsync(HttpMethod.Put, "/budgets", body), field, body);
            await AssertRefusedAsync(await service.PostAsync("/budgets", body), field, body);
        }
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Put, "/budgets/one", """{"scope":"user=alice","limit":1,"id":"other"}"""), "id", "two ids");
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Put, $"/budgets/{new string('x', 257)}", """{"scope":"user=alice","limit":1}"""), "id", "long id");
        var each = Uri.EscapeDataString("each:user/day");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/reset"), "scope", "reset of each");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/reset", """{"scope":"each:user"}"""), "scope", "reset of all");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/reset", """{"scope":"project=x"}"""), "scope", "reset of another kind");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/reset", """{"scope":5}"""), "scope", "reset of a number");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"amount":1,"reason":"r"}"""), "scope", "allowance of each");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"project=x","amount":1,"reason":"r"}"""), "scope", "allowance of another kind");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"user=a","reason":"r"}"""), "amount", "allowance of nothing said");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"user=a","amount":0,"reason":"r"}"""), "amount", "allowance of 0");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"user=a","amount":"0.0000000001","reason":"r"}"""), "amount", "too fine an allowance");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"user=a","amount":9000000001,"reason":"r"}"""), "amount", "too large an allowance");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"user=a","amount":1}"""), "reason", "allowance without a reason");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"user=a","amount":1,"reason":""}"""), "reason", "allowance with an empty reason");
        await AssertRefusedAsync(await service.PostAsync($"/budgets/{each}/allowances", """{"scope":"user=a","amount":1,"reason":"r","by":"me"}"""), "by", "allowance by another");
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Get, $"/status/user/{new string('x', 257)}"), "id", "long id");
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Get, "/status/a=b/x"), "kind", "kind with =");
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Get, "/status/global/other"), "id", "another global");
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Get, "/status/user/alice?partition=x"), "partition", "no partitions");
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Get, "/budgets?partition=x"), "partition", "no partitions");
        await AssertRefusedAsync(await service.SendAsync(HttpMethod.Delete, "/budgets/x?partition=x"), "partition", "no partitions");
        foreach (var limit in new[] { "0", "1001", "-1", "x", "1.5", "99999999999" })
            await AssertRefusedAsync(await service.SendAsync(HttpMethod.Get, "/budgets?limit=" + limit), "limit", limit);
        foreach (var cursor in new[] { "*", "_w", "x" })
            await AssertRefusedAsync(await service.SendAsync(HttpMethod.Get, "/budgets?cursor=" + cursor), "cursor", cursor);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Delete, $"/budgets/{each}"), 404);
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Keys_that_are_empty_too_long_or_not_the_bodys_are_refused()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        const string body = """{"provider":"p","userId":"alice","cost":1,"operationId":"one"}""";
        await AssertRefusedAsync(await service.PostAsync("/charge", body, key: "two"), "operationId", "two ids");
        await AssertRefusedAsync(await service.PostAsync("/charge", """{"provider":"p","cost":1}""", key: "\"\""), "Idempotency-Key", "empty");
        await AssertRefusedAsync(await service.PostAsync("/charge", """{"provider":"p","cost":1}""", key: new string('x', 257)), "operationId", "too long");
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Two_keys_are_refused_and_so_is_one_that_is_a_list()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        foreach (var path in new[] { "/check", "/budgets/check", "/spend", "/charge", "/reserve", "/charge/batch", "/check/batch", "/budgets/check/batch" })
        {
            foreach (var keys in new[] { new[] { "one", "two" }, ["one", "one"], ["\"one\", \"two\""] })
            {
                const string request = """{"provider":"openai","userId":"alice","cost":1}""";
                var body = path.EndsWith("batch", StringComparison.Ordinal) ? $$"""{"requests":[{{request}}]}""" : request;
                var headers = string.Concat(keys.Select(key => $"Idempotency-Key: {key}\r\n"));
                var answer = await RawClient.SendAsync(service.App.Address, "POST", ServiceApp.Prefix + path, "Content-Type: application/json\r\n" + headers, body);
                answer.Should().StartWith("HTTP/1.1 400 ");
                answer.Should().Contain("\"errors\":{\"Idempotency-Key\":");
            }
        }
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Theory]
    [InlineData("gzip", 415)]
    [InlineData("br", 415)]
    [InlineData("identity, gzip", 415)]
    [InlineData("unheard-of", 415)]
    [InlineData("identity", 200)]
    [InlineData("Identity", 200)]
    public async Task An_encoded_body_is_415(string encoding, int status)
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        foreach (var path in new[] { "/check", "/estimate", "/budgets/none/reset" })
        {
            var body = path.StartsWith("/budgets", StringComparison.Ordinal) ? "{}" : """{"provider":"openai","userId":"alice","cost":1}""";
            using var request = new HttpRequestMessage(HttpMethod.Post, ServiceApp.Prefix + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            var answer = await service.Client.SendAsync(request);
            if (status == 415)
                ((string)(await Problem.OfAsync(answer, 415))["detail"]!).Should().Contain("Content-Encoding");
            else
                ((int)answer.StatusCode).Should().Be(path.EndsWith("reset", StringComparison.Ordinal) ? 404 : 200);
        }
    }

    [Fact]
    public async Task Other_media_types_are_415_and_bodies_beyond_the_limit_413()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        const string body = """{"provider":"openai","userId":"alice","cost":1}""";
        var huge = $$"""{"provider":"openai","userId":"alice","cost":1,"operation":"{{new string('x', 10_000_000)}}"}""";
        string[] paths = ["/check", "/spend", "/charge", "/reserve", "/estimate", "/status", "/budgets/check", "/budgets/check/batch", "/check/batch", "/charge/batch", "/reservations/x/commit", "/reservations/x/extend", "/budgets/x/reset", "/budgets/x/allowances"];
        foreach (var path in paths)
        {
            await Problem.OfAsync(await service.SendAsync(HttpMethod.Post, path, body, mediaType: "text/plain"), 415);
            await Problem.OfAsync(await service.SendAsync(HttpMethod.Post, path, body, mediaType: "application/xml"), 415);
            await Problem.OfAsync(await service.PostAsync(path, huge), 413);
        }
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets", body, mediaType: "text/plain"), 415);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets/x", body, mediaType: "text/plain"), 415);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets/x", huge), 413);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, ServiceApp.Prefix + "/charge") { Content = new StringContent(huge, Encoding.UTF8, "application/json") };
        chunked.Headers.TransferEncodingChunked = true;
        await Problem.OfAsync(await service.Client.SendAsync(chunked), 413);
        using var utf16 = new StringContent(body, Encoding.Unicode, "application/json");
        await Problem.OfAsync(await service.Client.PostAsync(ServiceApp.Prefix + "/charge", utf16), 415);
        using var none = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        await Problem.OfAsync(await service.Client.PostAsync(ServiceApp.Prefix + "/charge", none), 415);
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_fault_and_other_bytes_are()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var marked = Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes("""{"provider":"openai","cost":0}""")).ToArray();
        (await PostBytesAsync(service, marked)).StatusCode.Should().Be(HttpStatusCode.OK);
        byte[] broken = [.. Encoding.UTF8.GetBytes("{\"provider\":\""), 0xFF, 0xFE, .. Encoding.UTF8.GetBytes("\"}")];
        await AssertRefusedAsync(await PostBytesAsync(service, broken), "provider", "not UTF-8");
    }

    [Theory]
    [InlineData("/status/user/%00")]
    [InlineData("/status/user/%")]
    [InlineData("/status/user/%zz")]
    [InlineData("/status/user/%C0%AF")]
    [InlineData("/status/user/%ED%A0%80")]
    [InlineData("/status/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc")]
    [InlineData("/budgets/..%2f..%2fstatus")]
    [InlineData("/budgets/%252e%252e")]
    [InlineData("/status/user/x/../../../reserve")]
    public async Task A_path_that_tries_to_be_another_is_never_a_500_and_finds_nothing(string path)
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, service.App.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {ServiceApp.Prefix}{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(socket.GetStream()).ReadToEndAsync();
        answer.Should().MatchRegex("^HTTP/1.1 4[0-9][0-9] ");
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_of_its_body_changes_nothing()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        for (var i = 0; i < 20; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, service.App.Address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"POST {ServiceApp.Prefix}/charge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"provider\":\"openai\",\"userId\":\"alice\",\"cost\":1}}"));
            socket.LingerState = new(enable: i % 2 == 0, seconds: 0);
        }
        (await service.EverythingAsync()).Should().Be(before);
        var errors = service.App.Log.Lines.Where(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error).Select(line => line.Text);
        (!errors.Any()).Should().BeTrue(string.Join('\n', errors));
    }

    private static async Task<HttpResponseMessage> PostBytesAsync(ServiceApp service, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        return await service.Client.PostAsync(ServiceApp.Prefix + "/charge", content);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, string field, string sent)
    {
        (response.StatusCode == HttpStatusCode.BadRequest).Should().BeTrue($"{(int)response.StatusCode} for {sent}");
        var problem = await Problem.OfAsync(response, 400);
        var errors = problem["errors"].Should().BeOfType<JsonObject>().Which;
        errors.ContainsKey(field).Should().BeTrue($"Not {field} for {sent}: {problem.ToJsonString()}");
        problem.ToJsonString().Should().NotContain("System.");
        problem.ToJsonString().Should().NotContain("BudgetFirewall.");
    }
}
