using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The ledger over HTTP: what is recorded, and how it is found.</summary>
public sealed class LedgerServiceTests
{
    private const string Paid = """{"provider":"openai","operation":"chat","model":"m","userId":"alice","projectId":"search","dimensions":{"tenant":"acme"},"usage":{"inputTokens":1000000,"units":{"record":"2.5"}},"operationId":"one"}""";

    [Fact]
    public async Task What_is_recorded_is_charged_and_is_an_entry_with_the_id_that_was_answered()
    {
        await using var app = await LedgerApp.StartAsync();

        var receipt = await app.Service.PostForJsonAsync(LedgerApp.Record, Paid);
        var entry = await app.Service.GetForJsonAsync($"/cost-tracking/{(string)receipt["entryId"]!}");
        var listed = LedgerApp.Items(await app.Service.GetForJsonAsync(LedgerApp.Records)).Should().ContainSingle().Subject;

        ((string)receipt["operationId"]!, (string)receipt["cost"]!, (bool)receipt["isReplay"]!, receipt["budgets"]!.AsArray().Count).Should().Be(("one", "1.0025", false, 2));
        listed.ToJsonString().Should().Be(entry.ToJsonString());
        new[] { "entryId", "kind", "time", "amount", "currency", "provider", "model", "operation", "userId", "projectId", "operationId", "operationScope", "overrun" }.Select(name => (string)entry[name]!)
            .Should().Equal((string)receipt["entryId"]!, "charge", "2030-01-02T18:00:00+00:00", "1.0025", "USD", "openai", "m", "chat", "alice", "search", "one", "anonymous", "0");
        entry["dimensions"]!.ToJsonString().Should().Be("""{"tenant":"acme"}""");
        entry["usage"]!.ToJsonString().Should().Be("""{"requestBytes":0,"responseBytes":0,"inputTokens":1000000,"units":{"record":"2.5"}}""");
        entry["lines"]!.AsArray().Select(line => $"{line!["quantity"]} {line["name"]} at {line["unitPrice"]} = {line["amount"]}")
            .Should().BeEquivalentTo("1000000 input_tokens at 0.000001 = 1", "2.5 record at 0.001 = 0.0025");
        entry["counters"]!.AsArray().Select(counter => $"{counter!["family"]} {counter["scope"]} {counter["periodStart"]} {counter["amount"]}")
            .Should().BeEquivalentTo("user/day user=alice 2030-01-02T00:00:00+00:00 1.0025", "global/month global 2030-01-01T00:00:00+00:00 1.0025");
        new[] { "partition", "held", "outcome", "correctedEntryId", "actor", "reason" }.Should().OnlyContain(name => entry[name] == null);
    }

    [Fact]
    public async Task A_repetition_gets_the_id_of_the_first_entry_and_an_ordinary_charge_none()
    {
        var clock = ServiceApp.NewClock();
        await using var app = await LedgerApp.StartAsync(clock: clock);

        var first = await app.Service.PostForJsonAsync(LedgerApp.Record, Paid);
        clock.Advance(TimeSpan.FromMinutes(5));
        var again = await app.Service.PostForJsonAsync(LedgerApp.Record, Paid);
        var charge = await app.Service.PostForJsonAsync("/charge", """{"provider":"p","cost":1}""");

        ((bool)again["isReplay"]!, (string)again["entryId"]!).Should().Be((true, (string)first["entryId"]!));
        charge["entryId"].Should().BeNull();
        (await app.FindAsync("")).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_request_that_is_refused_is_an_entry_with_its_outcome_and_the_limit_that_refused_it()
    {
        await using var app = await LedgerApp.StartAsync();
        await Problem.OfAsync(await app.Service.PostAsync("/spend", """{"provider":"p","userId":"alice","cost":11,"operationId":"refused"}"""), 402);
        await app.Service.App.Services.GetRequiredService<ILedgerFeed>().FlushAsync();

        var entry = LedgerApp.Items(await app.Service.GetForJsonAsync($"{LedgerApp.Records}?kind=denial&user=alice")).Should().ContainSingle().Subject;

        new[] { "operationId", "outcome", "amount" }.Select(name => (string)entry[name]!).Should().Equal("refused", "budget_exceeded", "0");
        ((long)entry["count"]!, (string)entry["counters"]![0]!["scope"]!, (string)entry["counters"]![0]!["amount"]!).Should().Be((1, "user=alice", "0"));
        ((string)(await app.Service.PostForJsonAsync(LedgerApp.Reports, """{"from":"2030-01-01","to":"2031-01-01"}"""))["total"]!["amount"]!).Should().Be("0");
    }

    [Fact]
    public async Task What_one_instance_records_in_Redis_is_an_entry_that_another_one_finds()
    {
        await using var redis = await RedisServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("ledger");
        void Use(BudgetFirewallServiceBuilder firewall) => firewall.UseRedis(redis.Address).UseSqliteLedger($"Data Source={Path.Combine(folder.FullName, "ledger.db")}");
        await using (var one = await ServiceApp.StartAsync(options => options.StoreTimeout = TimeSpan.FromSeconds(30), clock: TimeProvider.System, use: Use))
        await using (var other = await ServiceApp.StartAsync(options => options.StoreTimeout = TimeSpan.FromSeconds(30), clock: TimeProvider.System, use: Use))
        {
            var receipt = await one.PostForJsonAsync(LedgerApp.Record, Paid);
            JsonObject? found = null;
            await Eventually.HoldsAsync(async () =>
            {
                var answer = await other.SendAsync(HttpMethod.Get, $"/cost-tracking/{(string)receipt["entryId"]!}");
                found = answer.IsSuccessStatusCode ? await Problem.JsonAsync(answer) : null;
                return found is not null;
            });
            var again = await other.PostForJsonAsync(LedgerApp.Record, Paid);

            ((string)found!["operationId"]!, (string)found["amount"]!, (string)found["userId"]!).Should().Be(("one", "1.0025", "alice"));
            ((bool)again["isReplay"]!, (string)again["entryId"]!).Should().Be((true, (string)receipt["entryId"]!));
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Several_are_recorded_each_with_its_own_result()
    {
        await using var app = await LedgerApp.StartAsync();
        await app.RecordAsync("""{"provider":"p","cost":1,"operationId":"used"}""");

        var answer = await app.Service.PostForJsonAsync(
            "/cost-tracking/record/batch", """{"requests":[{"provider":"p","cost":2},{"provider":"p","cost":3,"operationId":"used"},{"provider":"p","cost":1,"operationId":"used"}]}""", key: "batch");

        var results = answer["results"]!.AsArray();
        results.Select(result => (int)result!["status"]!).Should().Equal(200, 409, 200);
        ((string)results[1]!["error"]!["type"]!).Should().Be("urn:budgetfirewall:conflict");
        var recorded = await app.FindAsync("");
        recorded.Should().BeEquivalentTo("used", "batch#0");
        ((string)(await app.Service.GetForJsonAsync($"/cost-tracking/{(string)results[0]!["receipt"]!["entryId"]!}"))["operationId"]!).Should().Be("batch#0");
        ((string)(await app.Service.GetForJsonAsync($"/cost-tracking/{(string)results[2]!["receipt"]!["entryId"]!}"))["operationId"]!).Should().Be("used");
    }

    [Fact]
    public async Task Callers_with_the_same_key_have_entries_of_their_own()
    {
        await using var app = await LedgerApp.StartAsync(service: options => options.CallerScope = context => context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null);
        async Task<(bool IsReplay, string EntryId)> RecordAsync(string caller)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ServiceApp.Prefix + LedgerApp.Record) { Content = new StringContent(Paid, System.Text.Encoding.UTF8, "application/json") };
            request.Headers.Add("User-Agent", caller);
            var receipt = await Problem.JsonAsync(await app.Service.Client.SendAsync(request));
            return ((bool)receipt["isReplay"]!, (string)receipt["entryId"]!);
        }

        var (alice, bob) = (await RecordAsync("alice"), await RecordAsync("bob"));

        (alice.IsReplay, bob.IsReplay).Should().Be((false, false));
        bob.EntryId.Should().NotBe(alice.EntryId);
        (await RecordAsync("alice")).Should().Be((true, alice.EntryId));
        (await RecordAsync("bob")).Should().Be((true, bob.EntryId));
    }

    [Theory]
    [InlineData("?user=alice", "a c")]
    [InlineData("?project=search", "a b")]
    [InlineData("?provider=openai", "a b")]
    [InlineData("?model=m", "a")]
    [InlineData("?operation=embed", "b")]
    [InlineData("?tenant=acme", "a")]
    [InlineData("?dimensions.tenant=acme", "a")]
    [InlineData("?dimensions.kind=batch", "c")]
    [InlineData("?user=alice&provider=openai", "a")]
    [InlineData("?user=alice&user=alice2", null)]
    [InlineData("?kind=charge", "a b c")]
    [InlineData("?kind=spend&kind=commit", "")]
    [InlineData("?operationId=b", "b")]
    [InlineData("?from=2030-01-02T18:02:00Z", "c")]
    [InlineData("?to=2030-01-02T18:02:00Z", "a b")]
    [InlineData("?from=2030-01-02T19:01:00%2B01:00&to=2030-01-02T18:01:00.000001Z", "b")]
    [InlineData("?from=2030-01-02&to=2030-01-03", "a b c")]
    [InlineData("?to=2030-01-02", "")]
    [InlineData("?user=nobody", "")]
    [InlineData("?colour=red", "")]
    public async Task Entries_are_found_by_time_by_any_scope_by_kind_and_by_operation(string query, string? found)
    {
        var clock = ServiceApp.NewClock();
        await using var app = await LedgerApp.StartAsync(clock: clock);
        foreach (var request in new[]
        {
            """{"provider":"openai","model":"m","userId":"alice","projectId":"search","dimensions":{"tenant":"acme"},"cost":1,"operationId":"a"}""",
            """{"provider":"openai","operation":"embed","userId":"bob","projectId":"search","cost":1,"operationId":"b"}""",
            """{"provider":"finnhub","userId":"alice","dimensions":{"kind":"batch"},"cost":1,"operationId":"c"}""",
        })
        {
            await app.RecordAsync(request);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        if (found is null)
            await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, LedgerApp.Records + query), 400);
        else
            (await app.FindAsync(query)).Should().Equal(found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Reverse());
    }

    [Fact]
    public async Task Pages_follow_one_another_and_have_each_entry_once()
    {
        await using var app = await LedgerApp.StartAsync();
        for (var i = 0; i < 5; i++)
            await app.RecordAsync($$"""{"provider":"p","userId":"alice","cost":1,"operationId":"{{i}}"}""");
        var found = new List<string>();
        var pages = 0;
        for (string? cursor = ""; cursor is not null; pages++)
        {
            var page = await app.Service.GetForJsonAsync($"{LedgerApp.Records}?user=alice&limit=2{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            found.AddRange(LedgerApp.Items(page).Select(entry => (string)entry["operationId"]!));
            cursor = (string?)page["nextCursor"];
        }

        found.Should().BeEquivalentTo("0", "1", "2", "3", "4");
        pages.Should().Be(3);
    }

    [Fact]
    public async Task A_report_adds_up_in_json_and_in_csv()
    {
        await using var app = await LedgerApp.StartAsync();
        foreach (var (project, cost) in new[] { ("search", "0.000000001"), ("search", "2"), ("mail", "1.5") })
            await app.RecordAsync($$"""{"provider":"p","projectId":"{{project}}","userId":"alice","cost":"{{cost}}"}""");
        await app.RecordAsync("""{"provider":"p","userId":"bob","cost":1}""");
        const string asked = """
            "from":"2030-01-01","to":"2030-02-01T00:00:00+01:00","groupBy":["project"],"interval":"day","timeZone":"Europe/Berlin"
            """;

        var report = await app.Service.PostForJsonAsync(LedgerApp.Reports, $"{{{asked}}}");
        var csv = await app.Service.PostAsync(LedgerApp.Reports, $$$"""{{{{asked}}},"top":1,"format":"csv","scopes":{"user":"alice"}}""");

        report["rows"]!.AsArray().Select(row => ((string?)row!["project"], (string)row["interval"]!, (string)row["amount"]!, (int)row["count"]!)).Should().Equal(
            ("search", "2030-01-01T23:00:00+00:00", "2.000000001", 2), ("mail", "2030-01-01T23:00:00+00:00", "1.5", 1), (null, "2030-01-01T23:00:00+00:00", "1", 1));
        report["rows"]![2]!.AsObject().Select(member => member.Key).Should().Equal("project", "interval", "amount", "count", "allocated");
        report["total"]!.ToJsonString().Should().Be("""{"amount":"4.500000001","count":4,"allocated":"0"}""");
        csv.Content.Headers.ContentType!.ToString().Should().Be("text/csv; charset=utf-8");
        (await csv.Content.ReadAsStringAsync()).Should().Be("project,interval,amount,count,rest,allocated\r\nsearch,2030-01-01T23:00:00Z,2.000000001,2,0,0\r\n,2030-01-01T23:00:00Z,1.5,1,1,0\r\n");
    }

    [Fact]
    public async Task A_report_is_a_focus_file_where_the_service_knows_whose_bill_it_is()
    {
        await using var app = await LedgerApp.StartAsync(options => options.Currency = "EUR", options => options.Focus = new() { BillingAccountId = "acme" });
        await app.RecordAsync("""{"provider":"p","projectId":"search","cost":"2.000000001"}""");
        const string asked = """
            "from":"2030-01-01","to":"2030-02-01","groupBy":["project"],"format":"focus"
            """;

        var file = await app.Service.PostAsync(LedgerApp.Reports, $$"""{{{asked}},"interval":"day"}""");
        var whole = await app.Service.PostAsync(LedgerApp.Reports, $"{{{asked}}}");

        file.Content.Headers.ContentType!.ToString().Should().Be("text/csv; charset=utf-8");
        (await file.Content.ReadAsStringAsync()).Should().StartWith("BilledCost,BillingAccountId,").And.Contain("\r\n2.000000001,acme,,EUR,").And.Contain(""","{""project"":""search""}",""");
        whole.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await whole.Content.ReadAsStringAsync()).Should().Contain("interval must be hour, day or month for the format focus");
    }

    [Fact]
    public async Task Without_a_ledger_every_path_says_what_to_switch_on_and_nothing_is_charged()
    {
        await using var service = await ServiceApp.StartAsync();
        var before = await service.EverythingAsync();

        var answers = new List<HttpResponseMessage>();
        foreach (var (path, body) in new[] { (LedgerApp.Record, Paid), ("/cost-tracking/record/batch", $$"""{"requests":[{{Paid}}]}"""), (LedgerApp.Reports, """{"from":"2030-01-01","to":"2030-01-02"}""") })
            answers.Add(await service.PostAsync(path, body));
        foreach (var path in new[] { LedgerApp.Records, "/cost-tracking/x" })
            answers.Add(await service.SendAsync(HttpMethod.Get, path));

        foreach (var answer in answers)
        {
            var problem = await Problem.OfAsync(answer, 501);
            ((string)problem["type"]!).Should().Be("urn:budgetfirewall:ledger-missing");
            ((string)problem["detail"]!).Should().Contain("UseSqliteLedger").And.Contain("UsePostgresLedger");
        }
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_ledger_that_is_only_read_from_records_nothing()
    {
        var ledger = new AwayLedger();
        await using var service = await ServiceApp.StartAsync(use: firewall => firewall.Services.AddSingleton<ILedger>(ledger));

        (await service.SendAsync(HttpMethod.Get, LedgerApp.Records)).StatusCode.Should().Be(HttpStatusCode.OK);
        await Problem.OfAsync(await service.PostAsync(LedgerApp.Record, Paid), 501);
    }

    [Fact]
    public async Task While_the_database_is_away_charges_are_recorded_and_reading_is_503_or_a_404_that_says_when_to_ask_again()
    {
        var ledger = new AwayLedger();
        await using var service = await ServiceApp.StartAsync(use: firewall => firewall.UseLedger(_ => ledger));

        var first = await service.PostForJsonAsync(LedgerApp.Record, Paid);
        var feed = service.App.Services.GetRequiredService<ILedgerFeed>();
        await Eventually.HoldsAsync(() => feed.Status.Failure is not null);
        var waiting = await service.SendAsync(HttpMethod.Get, $"/cost-tracking/{(string)first["entryId"]!}");
        ledger.IsReadable = false;
        var again = await service.PostForJsonAsync(LedgerApp.Record, Paid);

        waiting.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        ((string)(await Problem.OfAsync(waiting, 404))["detail"]!).Should().Contain("waiting to be written");
        ((bool)again["isReplay"]!, again["entryId"]).Should().Be((true, null));
        foreach (var answer in new[]
        {
            await service.SendAsync(HttpMethod.Get, LedgerApp.Records), await service.SendAsync(HttpMethod.Get, $"/cost-tracking/{(string)first["entryId"]!}"),
            await service.PostAsync(LedgerApp.Reports, """{"from":"2030-01-01","to":"2030-01-02"}"""),
        })
        {
            var problem = await Problem.OfAsync(answer, 503);
            ((string)problem["type"]!, answer.Headers.RetryAfter!.Delta).Should().Be(("urn:budgetfirewall:ledger-unavailable", TimeSpan.FromSeconds(1)));
            problem.ToJsonString().Should().NotContain("secret");
        }
    }

    [Fact]
    public async Task Recording_needs_the_right_to_decide_and_reading_the_right_to_read()
    {
        await using var app = await TestApp.StartAsync(
            _ => { },
            app =>
            {
                var budgets = app.MapBudgetFirewall(ServiceApp.Prefix);
                budgets.Deciding.RequireAuthorization("callers");
                budgets.Reading.RequireAuthorization("readers");
                budgets.Administration.RequireAuthorization("admins");
            },
            HeaderUserHandler.AddTo,
            use: firewall => firewall.UseLedger(_ => new AwayLedger()));
        async Task<int> StatusAsync(string? user, string path, string? body)
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, ServiceApp.Prefix + path);
            if (body is not null)
                request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            if (user is not null)
                request.Headers.Add("Test-User", user);
            return (int)(await app.Client.SendAsync(request)).StatusCode;
        }

        (string Path, string? Body, string Right, int Answer)[] calls =
        [
            (LedgerApp.Record, """{"provider":"p","cost":1}""", "caller", 200), ("/cost-tracking/record/batch", """{"requests":[{"provider":"p","cost":1}]}""", "caller", 200),
            (LedgerApp.Records, null, "reader", 200), ("/cost-tracking/x", null, "reader", 404), (LedgerApp.Reports, """{"from":"2030-01-01","to":"2030-01-02"}""", "reader", 503),
        ];
        foreach (var (path, body, right, answer) in calls)
        {
            (await StatusAsync(user: null, path, body)).Should().Be(401, path);
            foreach (var role in new[] { "caller", "reader", "admin" })
                (await StatusAsync($"somebody:{role}", path, body)).Should().Be(role == right ? answer : 403, $"{path} {role}");
        }
    }
}
