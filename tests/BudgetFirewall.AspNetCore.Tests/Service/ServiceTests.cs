using System.Net;
using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Every call of the HTTP service, as it is meant to be made.</summary>
public sealed class ServiceTests
{
    [Fact]
    public async Task A_check_answers_what_it_costs_and_what_is_left_and_charges_nothing()
    {
        await using var service = await ServiceApp.StartAsync();
        var decision = await service.PostForJsonAsync("/check", """{"provider":"openai","userId":"alice","cost":"2.50"}""");
        ((bool)decision["isAllowed"]!).Should().BeTrue();
        ((string)decision["outcome"]!, (string)decision["cost"]!).Should().Be(("allowed", "2.5"));
        decision["budgets"]!.AsArray().Count.Should().Be(2);
        (await SpentAsync(service)).Should().Be("0");
    }

    [Fact]
    public async Task A_spend_charges_and_a_denied_one_is_a_problem_with_the_whole_decision()
    {
        await using var service = await ServiceApp.StartAsync();
        var decision = await service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":9.999999999}""");
        ((string)decision["warnings"]!.AsArray().Should().ContainSingle().Which!["budgetId"]!).Should().Be("each:user/day");
        (await SpentAsync(service)).Should().Be("9.999999999");

        var response = await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":"0.000000002"}""");
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromHours(6));
        var problem = await Problem.OfAsync(response, 429);
        ((bool)problem["isAllowed"]!).Should().BeFalse();
        ((string)problem["outcome"]!).Should().Be("budget_exceeded");
        ((string)problem["deniedByBudgets"]!.AsArray().Should().ContainSingle().Which!).Should().Be("each:user/day");
        problem["budgets"]!.AsArray().Should().Contain(state => (string)state!["scope"]! == "user=alice");
        (await SpentAsync(service)).Should().Be("9.999999999");

        await Problem.OfAsync(await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":11}"""), 402);
    }

    [Fact]
    public async Task A_decision_has_the_verdict_of_every_limit()
    {
        await using var service = await ServiceApp.StartAsync(options =>
            options.RateLimits.Add(new() { Scope = BudgetScope.Each("user"), Capacity = 1, RefillPerSecond = 0.1m, Enforcement = Enforcement.Shadow }));
        await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"user=alice","limit":"1.5"}""");
        await service.PostForJsonAsync("/check", """{"provider":"openai","userId":"alice","cost":1}""");

        var allowed = await service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":1}""");
        var denied = await Problem.OfAsync(await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":1}"""), 429);

        allowed["limits"]!.AsArray().Select(limit => limit!.ToJsonString()).Should().Equal(
            """{"id":"global/month","kind":"budget","scope":"global","verdict":"admit","needed":"1","available":"1000","source":"configuration"}""",
            """{"id":"user=alice/day","kind":"budget","scope":"user=alice","verdict":"admit","needed":"1","available":"1.5","source":"run_time","replacedId":"each:user/day"}""",
            """{"id":"each:user/shadow/rate","kind":"rate_limit","scope":"user=alice","verdict":"would_refuse","waitSeconds":10,"needed":"1","available":"0","source":"configuration"}""");
        denied["limits"]!.AsArray().Select(limit => ((string)limit!["verdict"]!, (double?)limit["waitSeconds"])).Should().Equal(("admit", null), ("refuse", 21_600), ("would_refuse", 10));
    }

    [Fact]
    public async Task A_decision_shows_each_rate_limit_by_its_algorithm()
    {
        await using var service = await ServiceApp.StartAsync(options =>
        {
            options.RateLimits.Add(RateLimit.TokenBucket(BudgetScope.Global, capacity: 4, refillPerSecond: 0.5m) with { Id = "bucket" });
            options.RateLimits.Add(RateLimit.SlidingWindow(BudgetScope.Global, limit: 3, TimeSpan.FromSeconds(90)) with { Id = "sliding" });
            options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.Global, ratePerSecond: 2, queueLimit: 3) with { Id = "queue" });
        });

        var spent = await service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":1}""");

        spent["rateLimits"]!.AsArray().Select(limit => limit!.ToJsonString()).Should().Equal(
            """{"rateLimitId":"bucket","scope":"global","source":"configuration","enforcement":"hard","algorithm":"token_bucket","limit":"4","windowSeconds":8,"capacity":"4","refillPerSecond":"0.5","remaining":"3","level":"3","fullInSeconds":2}""",
            """{"rateLimitId":"queue","scope":"global","source":"configuration","enforcement":"hard","algorithm":"leaky_bucket","limit":"4","windowSeconds":2,"ratePerSecond":"2","queueLength":"1","nextTurnSeconds":0.5,"remaining":"3","level":"3","fullInSeconds":0.5}""",
            """{"rateLimitId":"sliding","scope":"global","source":"configuration","enforcement":"hard","algorithm":"sliding_window","limit":"3","windowSeconds":90,"remaining":"2","level":"2","fullInSeconds":90}""");
    }

    [Fact]
    public async Task A_call_waits_for_its_turn_no_longer_than_the_body_says_and_by_default_not_at_all()
    {
        var clock = ServiceApp.NewClock();
        await using var service = await ServiceApp.StartAsync(options => options.RateLimits.Add(RateLimit.LeakyBucket(BudgetScope.User("alice"), ratePerSecond: 1)), clock: clock);
        await service.PostForJsonAsync("/check", """{"provider":"openai","userId":"alice"}""");

        var denied = await Problem.OfAsync(await service.PostAsync("/check", """{"provider":"openai","userId":"alice"}"""), 429);
        var bad = await Problem.OfAsync(await service.PostAsync("/check", """{"provider":"openai","maxWaitSeconds":86401}"""), 400);
        var waiting = service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":0,"maxWaitSeconds":1}""");
        await Eventually.HoldsAsync(async () => (await service.App.Firewall.GetStatusAsync(BudgetScope.User("alice"))).RateLimits.Should().ContainSingle().Which.QueueLength == 2m);
        while (!waiting.IsCompleted)
        {
            await Task.Delay(1);
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }
        var waited = await waiting;

        ((string)denied["outcome"]!, (double)denied["waitSeconds"]!, (double)denied["retryAfterSeconds"]!).Should().Be(("rate_limited", 0, 1));
        ((double)waited["waitSeconds"]!, (string)waited["limits"]![2]!["verdict"]!).Should().Be((1, "delay"));
        bad.ToJsonString().Should().Contain("maxWaitSeconds must be from 0 to 86400 seconds.");
    }

    [Fact]
    public async Task A_budget_set_over_HTTP_may_be_a_shadow()
    {
        await using var service = await ServiceApp.StartAsync();

        var set = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"user=alice","limit":"1","enforcement":"shadow"}"""));

        ((string)set["id"]!, (string)set["enforcement"]!).Should().Be(("user=alice/shadow/day", "shadow"));
        var decision = await service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":2}""");
        decision["limits"]!.AsArray().Should().ContainSingle(limit => (string)limit!["verdict"]! == "would_refuse").Which!["id"]!.GetValue<string>().Should().Be("user=alice/shadow/day");
    }

    [Fact]
    public async Task A_reservation_is_made_extended_and_committed()
    {
        await using var service = await ServiceApp.StartAsync();
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","cost":"3","leaseSeconds":30}""");
        var id = (string)reservation["reservationId"]!;
        ((DateTimeOffset)reservation["expiresAt"]!).Should().Be(new DateTimeOffset(2030, 1, 2, 18, 0, 30, TimeSpan.Zero));
        (await AmountsAsync(service)).Should().Be(("0", "3", "7"));

        var extension = await service.PostForJsonAsync($"/reservations/{id}/extend", """{"leaseSeconds":"90.5"}""");
        ((DateTimeOffset)extension["expiresAt"]!).Should().Be(new DateTimeOffset(2030, 1, 2, 18, 1, 30, 500, TimeSpan.Zero));

        var receipt = await service.PostForJsonAsync($"/reservations/{id}/commit", """{"cost":"2.75"}""");
        ((string)receipt["cost"]!, (string)receipt["overrun"]!).Should().Be(("2.75", "0"));
        (await AmountsAsync(service)).Should().Be(("2.75", "0", "7.25"));

        ((bool)(await service.PostForJsonAsync($"/reservations/{id}/commit", """{"cost":2.750}"""))["isReplay"]!).Should().BeTrue();
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/commit", """{"cost":"2.76"}"""), 409);
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/release"), 409);
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/extend", """{"leaseSeconds":10}"""), 404);
        (await AmountsAsync(service)).Should().Be(("2.75", "0", "7.25"));
    }

    [Fact]
    public async Task A_reservation_is_committed_by_usage()
    {
        await using var service = await ServiceApp.StartAsync();
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","model":"m","usage":{"inputTokens":1000,"outputTokens":4000}}""");
        ((string)reservation["cost"]!).Should().Be("0.009");
        var receipt = await service.PostForJsonAsync($"/reservations/{reservation["reservationId"]}/commit", """{"usage":{"inputTokens":"1000","outputTokens":100}}""");
        ((string)receipt["cost"]!).Should().Be("0.0012");
        (await AmountsAsync(service)).Should().Be(("0.0012", "0", "9.9988"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task A_reservation_is_released(string? body)
    {
        await using var service = await ServiceApp.StartAsync();
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","cost":"3"}""");
        (await service.PostAsync($"/reservations/{reservation["reservationId"]}/release", body)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await AmountsAsync(service)).Should().Be(("0", "0", "10"));
    }

    [Theory]
    [InlineData("\"-0\"", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1E+2", "100")]
    [InlineData("\"1e-9\"", "0.000000001")]
    [InlineData("0.10000000000000000000000000000000000000", "0.1")]
    [InlineData("\"0.0000000010000000000000000001\"", "0.000000002")]
    public async Task An_amount_is_read_to_its_last_digit_and_answered_without_needless_ones(string sent, string answered)
    {
        await using var service = await ServiceApp.StartAsync();
        var receipt = await service.PostForJsonAsync("/charge", $$"""{"provider":"openai","userId":"alice","cost":{{sent}}}""");
        ((string)receipt["cost"]!).Should().Be(answered);
        (await SpentAsync(service)).Should().Be(answered);
    }

    [Fact]
    public async Task A_charge_is_never_denied_and_reports_the_overrun()
    {
        await using var service = await ServiceApp.StartAsync();
        var receipt = await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":"12.000000001"}""");
        ((string)receipt["overrun"]!).Should().Be("2.000000001");
        ((string)receipt["overruns"]!.AsArray().Should().ContainSingle().Which!["amount"]!).Should().Be("2.000000001");
        (await AmountsAsync(service)).Should().Be(("12.000000001", "0", "0"));
    }

    [Fact]
    public async Task A_total_that_cannot_be_counted_is_409_and_changes_nothing()
    {
        await using var service = await ServiceApp.StartAsync(options => options.MaxCost = 9_000_000_000m);
        const string body = """{"provider":"openai","userId":"alice","cost":"9000000000"}""";
        await service.PostForJsonAsync("/charge", body);
        var before = await service.EverythingAsync();
        await Problem.OfAsync(await service.PostAsync("/charge", body), 409);
        var batch = await service.PostForJsonAsync("/charge/batch", $$"""{"requests":[{{body}}]}""");
        ((int)batch["results"]![0]!["status"]!).Should().Be(409);
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Rate_limits_are_429_with_the_exact_wait_in_the_body()
    {
        await using var service = await ServiceApp.StartAsync();
        const string body = """{"provider":"finnhub","userId":"alice","permits":2}""";
        await service.PostForJsonAsync("/check", body);
        var response = await service.PostAsync("/check", """{"provider":"finnhub","userId":"alice"}""");
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(2));
        var problem = await Problem.OfAsync(response, 429);
        ((string)problem["outcome"]!, (double)problem["retryAfterSeconds"]!).Should().Be(("rate_limited", 2));
    }

    [Fact]
    public async Task Batches_decide_each_request_on_its_own_in_order()
    {
        await using var service = await ServiceApp.StartAsync();
        var checks = await service.PostForJsonAsync("/check/batch", """{"requests":[{"provider":"openai","userId":"alice","cost":10},{"provider":"openai","userId":"alice","cost":"10.01"}]}""");
        checks["results"]!.AsArray().Select(result => (int)result!["status"]!).Should().Equal(200, 402);
        ((bool)checks["results"]![1]!["decision"]!["isAllowed"]!).Should().BeFalse();
        (await SpentAsync(service)).Should().Be("0");

        const string body = """{"requests":[{"provider":"openai","userId":"alice","cost":1},{"provider":"openai","userId":"alice","cost":2,"operationId":"mine"}]}""";
        var charges = await service.PostForJsonAsync("/charge/batch", body, key: "batch-1");
        charges["results"]!.AsArray().Select(result => (string)result!["receipt"]!["operationId"]!).Should().Equal("batch-1#0", "mine");
        var replays = await service.PostForJsonAsync("/charge/batch", body, key: "batch-1");
        replays["results"]!.AsArray().Should().AllSatisfy(result => ((bool)result!["receipt"]!["isReplay"]!).Should().BeTrue());
        (await SpentAsync(service)).Should().Be("3");

        var conflict = await service.PostForJsonAsync("/charge/batch", """{"requests":[{"provider":"openai","userId":"alice","cost":7},{"provider":"openai","userId":"alice","cost":4}]}""", key: "batch-1");
        conflict["results"]!.AsArray().Select(result => (int)result!["status"]!).Should().Equal(409, 200);
        ((string)conflict["results"]![0]!["error"]!["type"]!).Should().Be("urn:budgetfirewall:conflict");
        (await SpentAsync(service)).Should().Be("7");
    }

    [Theory]
    [InlineData("/spend", "key-1")]
    [InlineData("/charge", "\"key-1\"")]
    [InlineData("/reserve", "key-1")]
    [InlineData("/check", "key-1")]
    public async Task A_repeated_key_changes_nothing_and_with_other_content_it_is_a_conflict(string path, string key)
    {
        await using var service = await ServiceApp.StartAsync();
        const string body = """{"provider":"openai","userId":"alice","cost":1}""";
        await service.PostForJsonAsync(path, body, key);
        var before = await service.EverythingAsync();
        var repeated = await service.PostForJsonAsync(path, body, key);
        repeated.ToJsonString().Should().Contain("\"isReplay\":true");
        repeated.ToJsonString().Should().Contain("\"operationId\":\"key-1\"");
        await Problem.OfAsync(await service.PostAsync(path, """{"provider":"openai","userId":"alice","cost":1.5}""", key), 409);
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_budget_is_created_where_its_location_says_and_not_twice()
    {
        await using var service = await ServiceApp.StartAsync();
        var created = await service.PostAsync("/budgets", """{"id":"of al/ice?","scope":"user=alice","limit":"1.5","period":"week"}""");
        created.StatusCode.Should().Be(HttpStatusCode.Created);
        created.Headers.Location!.OriginalString.Should().EndWith("/budgets/of%20al%2Fice%3F");
        var found = await service.GetForJsonAsync("/budgets/of%20al%2Fice%3F");
        ((string)found["id"]!, (string)found["limit"]!).Should().Be(("of al/ice?", "1.5"));
        (await Problem.JsonAsync(created)).ToJsonString().Should().Be(found.ToJsonString());

        var again = await Problem.OfAsync(await service.PostAsync("/budgets", """{"id":"of al/ice?","scope":"user=alice","limit":"2","period":"week"}"""), 409);
        ((string)again["type"]!, (string)again["detail"]!).Should().Be(("urn:budgetfirewall:already-exists", "There is a budget 'of al/ice?'. PUT replaces it."));
        var repeated = await service.PostAsync("/budgets", """{"id":"of al/ice?","scope":"user=alice","limit":"1.5","period":"week"}""", "key-1");
        (repeated.StatusCode, repeated.Headers.Location).Should().Be((HttpStatusCode.Created, created.Headers.Location));
        await Problem.OfAsync(await service.PostAsync("/budgets", """{"id":"of al/ice?","scope":"user=alice","limit":"2","period":"week"}""", "key-1"), 409);
        await Problem.OfAsync(await service.PostAsync("/budgets", """{"scope":"each:user","limit":"2"}"""), 409);
        await Problem.OfAsync(await service.PostAsync("/budgets", """{"id":"second","scope":"user=alice","limit":"2","period":"week"}"""), 400);
        ((string)(await service.GetForJsonAsync("/budgets/of%20al%2Fice%3F"))["limit"]!).Should().Be("1.5");
    }

    [Fact]
    public async Task The_list_of_budgets_is_answered_page_by_page()
    {
        await using var service = await ServiceApp.StartAsync();
        for (var i = 0; i < 5; i++)
            (await service.PostAsync("/budgets", $$"""{"scope":"project=p/{{i}}é","limit":1}""")).StatusCode.Should().Be(HttpStatusCode.Created);
        var whole = (await service.GetForJsonAsync("/budgets"))["items"]!.AsArray().Select(item => (string)item!["id"]!).ToArray();

        var paged = new List<string>();
        for (var query = "?limit=2"; ;)
        {
            var page = await service.GetForJsonAsync("/budgets" + query);
            page["items"]!.AsArray().Count.Should().BeInRange(1, 2);
            paged.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            if ((string?)page["nextCursor"] is not { } cursor)
                break;
            query = $"?limit=2&cursor={cursor}";
        }

        whole.Should().HaveCountGreaterThan(5).And.BeInAscendingOrder(StringComparer.Ordinal);
        paged.Should().Equal(whole);
    }

    [Fact]
    public async Task Budgets_are_set_read_replaced_reset_and_removed()
    {
        await using var service = await ServiceApp.StartAsync();
        var set = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"user=alice","limit":"1.5","period":"week","warnAt":["0.5",0.9]}"""));
        ((string)set["id"]!).Should().Be("user=alice/week");
        var id = Uri.EscapeDataString((string)set["id"]!);
        (await service.GetForJsonAsync($"/budgets/{id}")).ToJsonString().Should().Be(set.ToJsonString());
        (await service.GetForJsonAsync("/budgets"))["items"]!.AsArray().Count.Should().Be(3);

        await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":1}""");
        var replaced = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, $"/budgets/{id}", """{"scope":"user=alice","limit":20,"period":"week","enforcement":"soft"}"""));
        ((string)replaced["limit"]!, (string)replaced["enforcement"]!).Should().Be(("20", "soft"));
        (await SpentAsync(service, "user=alice/week")).Should().Be("1");

        (await service.PostAsync($"/budgets/{id}/reset")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await SpentAsync(service, "user=alice/week")).Should().Be("0");
        (await SpentAsync(service)).Should().Be("1");
        (await service.PostAsync($"/budgets/{Uri.EscapeDataString("each:user/day")}/reset", """{"scope":"user=alice"}""")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await SpentAsync(service)).Should().Be("0");

        (await service.SendAsync(HttpMethod.Delete, $"/budgets/{id}")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Delete, $"/budgets/{id}"), 404);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, $"/budgets/{id}"), 404);
        await Problem.OfAsync(await service.PostAsync($"/budgets/{id}/reset"), 404);
    }

    [Fact]
    public async Task An_estimate_lists_its_lines_which_add_up()
    {
        await using var service = await ServiceApp.StartAsync();
        var estimate = await service.PostForJsonAsync("/estimate", """{"provider":"finnhub","usage":{"units":{"record":"7.5"}}}""");
        ((string)estimate["total"]!, (string)estimate["currency"]!).Should().Be(("0.0175", "USD"));
        estimate["lines"]!.AsArray().Sum(line => decimal.Parse((string)line!["amount"]!, System.Globalization.CultureInfo.InvariantCulture)).Should().Be(0.0175m);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("a%b c+d?e#f")]
    [InlineData("müller 💰 \n{x}:*")]
    public async Task Any_id_in_a_path_reaches_exactly_its_own_scope(string user)
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/charge", new JsonObject { ["provider"] = "openai", ["userId"] = user, ["cost"] = 1 }.ToJsonString());
        var status = await service.GetForJsonAsync($"/status/user/{Uri.EscapeDataString(user)}");
        ((string)status["scope"]!).Should().Be($"user={user}");
        ((string)status["budgets"]!.AsArray().Should().ContainSingle().Which!["spent"]!).Should().Be("1");

        var id = Uri.EscapeDataString("budget of " + user);
        await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, $"/budgets/{id}", """{"scope":"project=p","limit":1}"""));
        ((string)(await service.GetForJsonAsync($"/budgets/{id}"))["id"]!).Should().Be("budget of " + user);
        (await service.PostAsync($"/budgets/{id}/reset")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await service.SendAsync(HttpMethod.Delete, $"/budgets/{id}")).StatusCode.Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Partitions_are_named_in_the_query_and_carried_by_reservations()
    {
        await using var service = await ServiceApp.StartAsync(options => options.PartitionBy = "tenant");
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","cost":3,"dimensions":{"tenant":"a/b:c"}}""");
        await service.PostForJsonAsync($"/reservations/{Uri.EscapeDataString((string)reservation["reservationId"]!)}/commit", """{"cost":3}""");
        ((string)(await service.GetForJsonAsync("/status/user/alice?partition=a%2Fb%3Ac"))["budgets"]![0]!["spent"]!).Should().Be("3");
        ((string)(await service.GetForJsonAsync("/status/user/alice?partition=other"))["budgets"]![0]!["spent"]!).Should().Be("0");
        (await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, "/status/user/alice"), 400))["errors"]!.ToJsonString().Should().Contain("partition");
        var batch = await service.PostForJsonAsync("/charge/batch", """{"requests":[{"provider":"openai","cost":1},{"provider":"openai","cost":1,"dimensions":{"tenant":"other"}}]}""");
        batch["results"]!.AsArray().Select(result => (int)result!["status"]!).Should().Equal(400, 200);
        ((string)(await service.GetForJsonAsync("/health"))["status"]!).Should().Be("healthy");
    }

    [Fact]
    public async Task A_store_that_is_away_is_503_everywhere_and_a_charge_says_how_to_repeat_it()
    {
        await using var store = new SwitchableStore(ServiceApp.NewClock());
        await using var service = await ServiceApp.StartAsync(store: store);
        var before = await service.EverythingAsync();
        store.IsAway = true;
        const string body = """{"provider":"openai","userId":"alice","cost":1}""";
        foreach (var path in new[] { "/check", "/spend", "/reserve" })
            ((string)(await Problem.OfAsync(await service.PostAsync(path, body), 503))["outcome"]!).Should().Be("store_unavailable");
        var charge = await service.PostAsync("/charge", body, key: "mine");
        charge.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        var problem = await Problem.OfAsync(charge, 503);
        ((string)problem["type"]!, (string)problem["operationId"]!).Should().Be(("urn:budgetfirewall:charge-unconfirmed", "mine"));
        foreach (var path in new[] { "/status/user/alice", "/budgets", "/budgets/x", "/health" })
            await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, path), 503);
        var id = Uri.EscapeDataString(new ReservationIdentity { OperationScope = "anonymous", OperationId = "x" }.ToString());
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/commit", """{"cost":1}"""), 503);
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/release"), 503);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"global","limit":1}"""), 503);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Delete, "/budgets/x"), 503);
        var batch = await service.PostForJsonAsync("/charge/batch", $$"""{"requests":[{{body}}]}""", key: "b");
        ((int)batch["results"]![0]!["status"]!, (string)batch["results"]![0]!["error"]!["operationId"]!).Should().Be((503, "b#0"));
        store.IsAway = false;
        (await service.EverythingAsync()).Should().Be(before);
        await service.PostForJsonAsync("/charge", body, key: "mine");
        (await SpentAsync(service)).Should().Be("1");
    }

    private static async Task<string> SpentAsync(ServiceApp service, string budget = "each:user/day") =>
        (string)(await StateAsync(service, budget))["spent"]!;

    private static async Task<(string Spent, string Held, string Remaining)> AmountsAsync(ServiceApp service)
    {
        var state = await StateAsync(service, "each:user/day");
        return ((string)state["spent"]!, (string)state["held"]!, (string)state["remaining"]!);
    }

    private static async Task<JsonNode> StateAsync(ServiceApp service, string budget) =>
        (await service.GetForJsonAsync("/status/user/alice"))["budgets"]!.AsArray().Single(state => (string)state!["budgetId"]! == budget)!;
}
