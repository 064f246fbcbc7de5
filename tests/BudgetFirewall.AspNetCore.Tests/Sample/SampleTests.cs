using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The sample web application, started as its users start it.</summary>
public sealed class SampleTests
{
    private static readonly (string, string)[] Keys =
    [
        ("ApiKeys__alice", "user:alice-key"),
        ("ApiKeys__backend", "service:backend-key"),
        ("ApiKeys__root", "admin:root-key"),
        // A busy machine must not look like a store that is away.
        ("BudgetFirewall__StoreTimeout", "00:00:30"),
    ];

    private static readonly (string, int)[] Answers =
    [
        ("A guarded call: reserved before, charged what it reports", 200),
        ("A guarded call with a price of its own", 200),
        ("Not guarded", 200),
        ("Check: does it fit? Charges nothing", 200),
        ("The same, by the name that other services have for it", 200),
        ("Several checks", 200),
        ("Reserve", 200),
        ("Extend", 200),
        ("Commit", 200),
        ("Release: a conflict after the commit", 409),
        ("Spend: check and charge in one step", 200),
        ("Charge: never denied", 200),
        ("Several charges", 200),
        ("Record: charges, and answers the id of the entry in the ledger", 200),
        ("Several records", 200),
        ("The entries of a user", 200),
        ("One entry", 200),
        ("A report by project and day", 200),
        ("The same as CSV", 200),
        ("The anomalies of a user", 200),
        ("The proof that an entry is in the ledger", 200),
        ("The signed state of the ledger", 200),
        ("Who is to hear of events", 201),
        ("All who hear of events", 200),
        ("An event to try it out", 202),
        ("What became of events", 200),
        ("Nobody hears of them any more", 204),
        ("Events that the sample has posted to itself, signed, and verified", 200),
        ("Estimate", 200),
        ("Status of a scope", 200),
        ("Status of everything that a request meets", 200),
        ("What a check would answer, and why; nothing is taken", 200),
        ("All budgets", 200),
        ("One budget", 200),
        ("Set a budget; its id is derived", 200),
        ("Set a budget by its id", 200),
        ("Reset a budget", 204),
        ("Reset one user's part of a budget for each user", 204),
        ("Remove a budget", 204),
        ("All rate limits", 200),
        ("Create a rate limit", 201),
        ("One rate limit", 200),
        ("Set a rate limit; its id is derived", 200),
        ("Set a rate limit by its id", 200),
        ("Check rate limits alone", 200),
        ("Remove a rate limit", 204),
        ("Health of the service", 200),
        ("Health of the application", 200),
        ("Metrics for Prometheus", 200),
        ("OpenAPI document", 200),
    ];

    private static readonly string[] Recorded =
    [
        "Record: charges, and answers the id of the entry in the ledger", "Several records", "The entries of a user", "One entry", "A report by project and day", "The same as CSV", "The anomalies of a user",
        "The proof that an entry is in the ledger", "The signed state of the ledger", "Who is to hear of events", "All who hear of events", "An event to try it out", "What became of events", "Nobody hears of them any more",
    ];

    [Fact]
    public async Task Every_request_of_its_file_is_answered_as_meant()
    {
        await using var sample = await SampleProcess.StartAsync(Keys);
        (await SendAllAsync(sample)).Should().Equal(Answers);
    }

    [Fact]
    public async Task Environment_variables_alone_put_it_on_Redis_where_its_budgets_outlive_it()
    {
        await using var redis = await RedisServer.StartAsync();
        (string, string)[] environment = [.. Keys, ("REDIS_URL", $"redis://{redis.Address}/0"), ("BudgetFirewall__Budgets__1__Limit", "0.5")];
        await using (var sample = await SampleProcess.StartAsync(environment))
        {
            // The instances of Redis would have to share one ledger, so that there is none unless it is asked for; without the id that it answers, the path of one entry is none.
            (await SendAllAsync(sample)).Should().Equal(Answers.Select(answer => Recorded.Contains(answer.Item1) ? (answer.Item1, answer.Item1 is "One entry" or "The proof that an entry is in the ledger" ? 404 : 501) : answer));
            await ChargeCarolAsync(sample, "0.3");
        }
        await using var other = await SampleProcess.StartAsync(environment);
        var receipt = await ChargeCarolAsync(other, "0.1");
        var state = receipt["budgets"]!.AsArray().Single(budget => (string)budget!["budgetId"]! == "each:user/day")!;
        ((string)state["limit"]!, (string)state["spent"]!).Should().Be(("0.5", "0.4"));
    }

    [Fact]
    public async Task Strangers_are_refused_and_a_user_is_stopped_when_the_day_is_spent()
    {
        await using var sample = await SampleProcess.StartAsync([.. Keys, ("BudgetFirewall__Budgets__1__Limit", "0.002")]);
        using var client = new HttpClient { BaseAddress = sample.Address };
        ((int)(await client.GetAsync("/api/quote/ACME")).StatusCode).Should().Be(401);
        ((int)(await client.GetAsync("/budget/v1/budgets")).StatusCode).Should().Be(401);
        client.DefaultRequestHeaders.Authorization = new("Bearer", "alice-key");
        ((int)(await client.GetAsync("/budget/v1/budgets")).StatusCode).Should().Be(403);
        var allowed = await client.GetAsync("/api/quote/ACME");
        ((int)allowed.StatusCode).Should().Be(200);
        allowed.Headers.GetValues("X-Budget-Remaining").Single().Should().Be("0.001");
        ((int)(await client.GetAsync("/api/quote/ACME")).StatusCode).Should().Be(200);

        var denied = await client.GetAsync("/api/quote/ACME");

        denied.Headers.RetryAfter.Should().NotBeNull();
        ((string)(await Problem.OfAsync(denied, 429))["scopeKind"]!).Should().Be("user");
    }

    [Fact]
    public async Task What_happens_is_posted_to_its_own_endpoint_which_takes_only_what_is_signed()
    {
        await using var sample = await SampleProcess.StartAsync([.. Keys, ("BudgetFirewall__Budgets__1__Limit", "0.002")]);
        using var client = new HttpClient { BaseAddress = sample.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "alice-key");
        (await client.GetAsync("/api/quote/ACME")).EnsureSuccessStatusCode();
        (await client.GetAsync("/api/quote/ACME")).EnsureSuccessStatusCode();
        ((int)(await client.GetAsync("/events")).StatusCode).Should().Be(403);
        ((int)(await client.PostAsync("/events", new StringContent("{}"))).StatusCode).Should().Be(401);

        client.DefaultRequestHeaders.Authorization = new("Bearer", "backend-key");
        await Eventually.HoldsAsync(async () => JsonNode.Parse(await client.GetStringAsync("/events"))!.AsArray().Count == 1);
        var told = JsonNode.Parse(await client.GetStringAsync("/events"))!.AsArray().Single()!;
        ((string)told["type"]!).Should().Be(BudgetEventTypes.ThresholdCrossed);
        ((string)told["text"]!).Should().StartWith("user=alice has spent 0.002 of 0.002");
    }

    [Fact]
    public async Task A_subscription_reaches_the_networks_that_are_allowed_alone()
    {
        (string, string) network = ("Events__AllowedNetworks__0", "127.0.0.2/32");
        await using var sample = await SampleProcess.StartAsync([.. Keys, network]);
        using var client = new HttpClient { BaseAddress = sample.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "root-key");

        (await SubscribeAsync("http://127.0.0.2/hook")).Should().Be(201);
        (await SubscribeAsync("http://127.0.0.1/hook")).Should().Be(400);
        var (exit, errors) = await SampleProcess.RunAsync((network.Item1, "localhost"));

        exit.Should().Be(2);
        errors.Should().Contain("Events:AllowedNetworks has networks as 10.0.0.0/8, and not 'localhost'");

        async Task<int> SubscribeAsync(string url) => (int)(await client.PostAsync("/budget/v1/event-subscriptions", JsonContent.Create(new { url }))).StatusCode;
    }

    [Theory]
    [InlineData("{}", false, 400)]
    [InlineData("""{"text":null}""", false, 400)]
    [InlineData("""{"text":"Hello"}""", true, 200)]
    public async Task A_chat_is_answered_for_what_was_sent(string body, bool isChunked, int status)
    {
        await using var sample = await SampleProcess.StartAsync(Keys);
        using var client = new HttpClient { BaseAddress = sample.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "alice-key");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) };
        request.Headers.TransferEncodingChunked = isChunked;
        ((int)(await client.SendAsync(request)).StatusCode).Should().Be(status);
    }

    [Fact]
    public async Task No_body_however_large_takes_a_user_past_the_limit()
    {
        await using var sample = await SampleProcess.StartAsync([.. Keys, ("BudgetFirewall__RateLimits__0__Capacity", "10000")]);
        using var client = new HttpClient { BaseAddress = sample.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "alice-key");
        // The most text that fits, in one byte a character and in six; one byte more does not fit.
        var frame = """{"text":""}""".Length;
        string[] largest = [new('x', 16_384 - frame), string.Concat(Enumerable.Repeat("\\u0041", (16_384 - frame) / 6)), "short"];
        // Over a connection of its own, since the server closes it on a body that it does not read.
        var tooLarge = $$"""{"text":"{{new string('x', 16_385 - frame)}}"}""";
        (await RawClient.StatusAsync(sample.Address, "POST", "/api/chat", "Authorization: Bearer alice-key\r\nContent-Type: application/json\r\n", tooLarge)).Should().Be(413);
        await Eventually.HoldsAsync(async () => await StateOfAliceAsync(sample) is (0m, 0m));

        // The server counts the frames of chunks too, so the largest bodies are sent whole. Side by side, so that a day's budget of 0.05 is reached while many are on their way.
        var statuses = new System.Collections.Concurrent.ConcurrentBag<int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (i, _) =>
        {
            using var answer = await ChatAsync(client, largest[i % largest.Length], isChunked: i % largest.Length == 2);
            statuses.Add((int)answer.StatusCode);
        });

        statuses.Distinct().Order().Should().Equal(200, 429);
        await Eventually.HoldsAsync(async () => await StateOfAliceAsync(sample) is { Held: 0m });
        (await StateOfAliceAsync(sample)).Spent.Should().BeInRange(0.04m, 0.05m);
    }

    [Fact]
    public async Task What_all_users_have_left_at_a_provider_is_hidden_from_each()
    {
        await using var sample = await SampleProcess.StartAsync([.. Keys, ("BudgetFirewall__Budgets__2__Limit", "1")]);
        using var client = new HttpClient { BaseAddress = sample.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "alice-key");

        var allowed = await client.GetAsync("/api/quote/ACME");
        var denied = await client.GetAsync("/api/quote/ACME");

        allowed.Headers.GetValues("RateLimit").Single().Should().Contain("user-day").And.NotContain("provider").And.NotContain("global");
        var problem = await Problem.OfAsync(denied, 429);
        ((string)problem["scopeKind"]!).Should().Be("provider");
        problem["limit"].Should().BeNull();
        problem["deniedBy"]![0]!["remaining"].Should().BeNull();
    }

    [Fact]
    public async Task Pages_of_the_configured_origins_may_read_its_answers_and_no_others()
    {
        await using var sample = await SampleProcess.StartAsync([.. Keys, ("Cors__Origins__0", "https://app.example.com"), ("CORS_ORIGINS", "https://a.example, https://b.example")]);
        using var client = new HttpClient { BaseAddress = sample.Address };

        foreach (var (origin, isAllowed) in new[] { ("https://app.example.com", true), ("https://b.example", true), ("https://c.example", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/api/quote/ACME");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "GET");
            (await client.SendAsync(request)).Headers.Contains("Access-Control-Allow-Origin").Should().Be(isAllowed, origin);
        }
    }

    [Fact]
    public async Task Requests_are_logged_to_a_file_when_asked_for()
    {
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "logs", "sample.log");
        try
        {
            await using var sample = await SampleProcess.StartAsync([.. Keys, ("RequestLogging", "true"), ("LogFile", path)]);
            using var client = new HttpClient { BaseAddress = sample.Address };
            await client.GetAsync("/api/quote/ACME");

            await Eventually.HoldsAsync(async () => await ReadAsync(path) is var log && log.Contains("/api/quote/ACME") && log.Contains("StatusCode: 401"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Its_metrics_are_for_those_who_may_read()
    {
        await using var sample = await SampleProcess.StartAsync(Keys);
        using var client = new HttpClient { BaseAddress = sample.Address };
        ((int)(await client.GetAsync("/budget/v1/metrics")).StatusCode).Should().Be(401);
        await ChargeCarolAsync(sample, "0.3");

        client.DefaultRequestHeaders.Authorization = new("Bearer", "backend-key");

        (await client.GetStringAsync("/budget/v1/metrics")).Should().Contain("budgetfirewall_charged");
    }

    [Theory]
    [InlineData("BudgetGuard__RefuseRequest", "false", "BudgetGuard:RefuseRequest is not a known key")]
    [InlineData("BudgetFirewall__Budgets__0__Limit", "lots", "BudgetFirewall:Budgets:0:Limit must be a number")]
    [InlineData("REDIS_URL", "redis://:secret@host/x", "must end with the number of a database")]
    [InlineData("CORS_ORIGINS", "https://app.example.com/", "without a slash at its end")]
    [InlineData("Ledger", "ledger.db", "Ledger must be sqlite:PATH, postgres:CONNECTION or none")]
    [InlineData("Ledger", "sqlite:", "Ledger must be sqlite:PATH, postgres:CONNECTION or none")]
    [InlineData("Ledger", "Host=db;Password=secret", "Ledger must be sqlite:PATH, postgres:CONNECTION or none")]
    [InlineData("RequestLogging", "yes", "RequestLogging must be true or false but is 'yes'")]
    public async Task A_setting_that_is_wrong_is_explained_in_a_few_lines(string name, string value, string explanation)
    {
        var (exitCode, errors) = await SampleProcess.RunAsync([.. Keys, (name, value)]);

        exitCode.Should().Be(2);
        errors.Should().StartWith("The sample cannot start:").And.Contain(explanation).And.NotContain("   at ").And.NotContain("secret");
    }

    [Fact]
    public async Task Its_ledger_is_a_file_that_outlives_it()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "ledger.db");
            string id;
            await using (var sample = await SampleProcess.StartAsync([.. Keys, ("Ledger", "sqlite:" + file)]))
                id = (string)(await SendAsync(sample, HttpMethod.Post, "record", """{"provider":"openai","userId":"carol","projectId":"search","cost":"0.25"}"""))["entryId"]!;
            // The process was killed; what it had not written yet is in its journal.
            await using var next = await SampleProcess.StartAsync([.. Keys, ("Ledger", "sqlite:" + file)]);
            await Eventually.HoldsAsync(async () => (await SendAsync(next, HttpMethod.Get, "records?user=carol", body: null))["items"]!.AsArray().Any(entry => (string)entry!["entryId"]! == id));
            var report = await SendAsync(next, HttpMethod.Post, "reports", """{"from":"2020-01-01","to":"2040-01-01","groupBy":["project"]}""");
            ((string)report["rows"]![0]!["project"]!, (string)report["total"]!["amount"]!).Should().Be(("search", "0.25"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<JsonObject> SendAsync(SampleProcess sample, HttpMethod method, string path, string? body)
    {
        using var client = new HttpClient { BaseAddress = sample.Address };
        using var request = new HttpRequestMessage(method, "/budget/v1/cost-tracking/" + path);
        request.Headers.Authorization = new("Bearer", "backend-key");
        if (body is not null)
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return await Problem.JsonAsync(await client.SendAsync(request));
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }

    private static async Task<HttpResponseMessage> ChatAsync(HttpClient client, string text, bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = new StringContent($$"""{"text":"{{text}}"}""", new MediaTypeHeaderValue("application/json")) };
        request.Headers.TransferEncodingChunked = isChunked;
        return await client.SendAsync(request);
    }

    private static async Task<(decimal Spent, decimal Held)> StateOfAliceAsync(SampleProcess sample)
    {
        using var client = new HttpClient { BaseAddress = sample.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "backend-key");
        var status = await Problem.JsonAsync(await client.GetAsync("/budget/v1/status/user/alice"));
        var state = status["budgets"]!.AsArray().Single()!;
        return (Amount("spent"), Amount("held"));

        decimal Amount(string name) => decimal.Parse((string)state[name]!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<List<(string, int)>> SendAllAsync(SampleProcess sample)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var text = await File.ReadAllTextAsync(Path.Combine(SampleProcess.Folder, "requests.http"));
        return await new RequestsFile(text, sample.Address).SendAllAsync(client);
    }

    private static async Task<JsonObject> ChargeCarolAsync(SampleProcess sample, string cost)
    {
        using var client = new HttpClient { BaseAddress = sample.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "backend-key");
        var body = $$"""{"provider":"openai","userId":"carol","cost":"{{cost}}"}""";
        return await Problem.JsonAsync(await client.PostAsync("/budget/v1/charge", new StringContent(body, new MediaTypeHeaderValue("application/json"))));
    }
}
