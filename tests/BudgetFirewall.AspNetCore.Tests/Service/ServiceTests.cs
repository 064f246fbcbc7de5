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
        Assert.True((bool)decision["isAllowed"]!);
        Assert.Equal(("allowed", "2.5"), ((string)decision["outcome"]!, (string)decision["cost"]!));
        Assert.Equal(2, decision["budgets"]!.AsArray().Count);
        Assert.Equal("0", await SpentAsync(service));
    }

    [Fact]
    public async Task A_spend_charges_and_a_denied_one_is_a_problem_with_the_whole_decision()
    {
        await using var service = await ServiceApp.StartAsync();
        var decision = await service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":9.999999999}""");
        Assert.Equal("each:user/day", (string)Assert.Single(decision["warnings"]!.AsArray())!["budgetId"]!);
        Assert.Equal("9.999999999", await SpentAsync(service));

        var response = await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":"0.000000002"}""");
        Assert.Equal(TimeSpan.FromHours(6), response.Headers.RetryAfter!.Delta);
        var problem = await Problem.OfAsync(response, 429);
        Assert.False((bool)problem["isAllowed"]!);
        Assert.Equal("budget_exceeded", (string)problem["outcome"]!);
        Assert.Equal("each:user/day", (string)Assert.Single(problem["deniedByBudgets"]!.AsArray())!);
        Assert.Contains(problem["budgets"]!.AsArray(), state => (string)state!["scope"]! == "user=alice");
        Assert.Equal("9.999999999", await SpentAsync(service));

        await Problem.OfAsync(await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":11}"""), 402);
    }

    [Fact]
    public async Task A_reservation_is_made_extended_and_committed()
    {
        await using var service = await ServiceApp.StartAsync();
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","cost":"3","leaseSeconds":30}""");
        var id = (string)reservation["reservationId"]!;
        Assert.Equal(new DateTimeOffset(2030, 1, 2, 18, 0, 30, TimeSpan.Zero), (DateTimeOffset)reservation["expiresAt"]!);
        Assert.Equal(("0", "3", "7"), await AmountsAsync(service));

        var extension = await service.PostForJsonAsync($"/reservations/{id}/extend", """{"leaseSeconds":"90.5"}""");
        Assert.Equal(new DateTimeOffset(2030, 1, 2, 18, 1, 30, 500, TimeSpan.Zero), (DateTimeOffset)extension["expiresAt"]!);

        var receipt = await service.PostForJsonAsync($"/reservations/{id}/commit", """{"cost":"2.75"}""");
        Assert.Equal(("2.75", "0"), ((string)receipt["cost"]!, (string)receipt["overrun"]!));
        Assert.Equal(("2.75", "0", "7.25"), await AmountsAsync(service));

        Assert.True((bool)(await service.PostForJsonAsync($"/reservations/{id}/commit", """{"cost":2.750}"""))["isReplay"]!);
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/commit", """{"cost":"2.76"}"""), 409);
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/release"), 409);
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/extend", """{"leaseSeconds":10}"""), 404);
        Assert.Equal(("2.75", "0", "7.25"), await AmountsAsync(service));
    }

    [Fact]
    public async Task A_reservation_is_committed_by_usage()
    {
        await using var service = await ServiceApp.StartAsync();
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","model":"m","usage":{"inputTokens":1000,"outputTokens":4000}}""");
        Assert.Equal("0.009", (string)reservation["cost"]!);
        var receipt = await service.PostForJsonAsync($"/reservations/{reservation["reservationId"]}/commit", """{"usage":{"inputTokens":"1000","outputTokens":100}}""");
        Assert.Equal("0.0012", (string)receipt["cost"]!);
        Assert.Equal(("0.0012", "0", "9.9988"), await AmountsAsync(service));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task A_reservation_is_released(string? body)
    {
        await using var service = await ServiceApp.StartAsync();
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","cost":"3"}""");
        Assert.Equal(HttpStatusCode.NoContent, (await service.PostAsync($"/reservations/{reservation["reservationId"]}/release", body)).StatusCode);
        Assert.Equal(("0", "0", "10"), await AmountsAsync(service));
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
        Assert.Equal(answered, (string)receipt["cost"]!);
        Assert.Equal(answered, await SpentAsync(service));
    }

    [Fact]
    public async Task A_charge_is_never_denied_and_tells_the_overrun()
    {
        await using var service = await ServiceApp.StartAsync();
        var receipt = await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":"12.000000001"}""");
        Assert.Equal("2.000000001", (string)receipt["overrun"]!);
        Assert.Equal("2.000000001", (string)Assert.Single(receipt["overruns"]!.AsArray())!["amount"]!);
        Assert.Equal(("12.000000001", "0", "0"), await AmountsAsync(service));
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
        Assert.Equal(409, (int)batch["results"]![0]!["status"]!);
        Assert.Equal(before, await service.EverythingAsync());
    }

    [Fact]
    public async Task Rate_limits_are_429_with_the_exact_wait_in_the_body()
    {
        await using var service = await ServiceApp.StartAsync();
        const string body = """{"provider":"finnhub","userId":"alice","permits":2}""";
        await service.PostForJsonAsync("/check", body);
        var response = await service.PostAsync("/check", """{"provider":"finnhub","userId":"alice"}""");
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
        var problem = await Problem.OfAsync(response, 429);
        Assert.Equal(("rate_limited", "2"), ((string)problem["outcome"]!, (string)problem["retryAfterSeconds"]!));
    }

    [Fact]
    public async Task Batches_decide_each_request_on_its_own_in_order()
    {
        await using var service = await ServiceApp.StartAsync();
        var checks = await service.PostForJsonAsync("/check/batch", """{"requests":[{"provider":"openai","userId":"alice","cost":10},{"provider":"openai","userId":"alice","cost":"10.01"}]}""");
        Assert.Equal([200, 402], checks["results"]!.AsArray().Select(result => (int)result!["status"]!));
        Assert.False((bool)checks["results"]![1]!["decision"]!["isAllowed"]!);
        Assert.Equal("0", await SpentAsync(service));

        const string body = """{"requests":[{"provider":"openai","userId":"alice","cost":1},{"provider":"openai","userId":"alice","cost":2,"operationId":"mine"}]}""";
        var charges = await service.PostForJsonAsync("/charge/batch", body, key: "batch-1");
        Assert.Equal(["batch-1#0", "mine"], charges["results"]!.AsArray().Select(result => (string)result!["receipt"]!["operationId"]!));
        var replays = await service.PostForJsonAsync("/charge/batch", body, key: "batch-1");
        Assert.All(replays["results"]!.AsArray(), result => Assert.True((bool)result!["receipt"]!["isReplay"]!));
        Assert.Equal("3", await SpentAsync(service));

        var conflict = await service.PostForJsonAsync("/charge/batch", """{"requests":[{"provider":"openai","userId":"alice","cost":7},{"provider":"openai","userId":"alice","cost":4}]}""", key: "batch-1");
        Assert.Equal([409, 200], conflict["results"]!.AsArray().Select(result => (int)result!["status"]!));
        Assert.Equal("urn:budgetfirewall:conflict", (string)conflict["results"]![0]!["error"]!["type"]!);
        Assert.Equal("7", await SpentAsync(service));
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
        Assert.Contains("\"isReplay\":true", repeated.ToJsonString());
        Assert.Contains("\"operationId\":\"key-1\"", repeated.ToJsonString());
        await Problem.OfAsync(await service.PostAsync(path, """{"provider":"openai","userId":"alice","cost":1.5}""", key), 409);
        Assert.Equal(before, await service.EverythingAsync());
    }

    [Fact]
    public async Task Budgets_are_set_read_replaced_reset_and_removed()
    {
        await using var service = await ServiceApp.StartAsync();
        var set = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"user=alice","limit":"1.5","period":"week","warnAt":["0.5",0.9]}"""));
        Assert.Equal("user=alice/week", (string)set["id"]!);
        var id = Uri.EscapeDataString((string)set["id"]!);
        Assert.Equal(set.ToJsonString(), (await service.GetForJsonAsync($"/budgets/{id}")).ToJsonString());
        Assert.Equal(3, (await service.GetForJsonAsync("/budgets"))["budgets"]!.AsArray().Count);

        await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":1}""");
        var replaced = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, $"/budgets/{id}", """{"scope":"user=alice","limit":20,"period":"week","enforcement":"soft"}"""));
        Assert.Equal(("20", "soft"), ((string)replaced["limit"]!, (string)replaced["enforcement"]!));
        Assert.Equal("1", await SpentAsync(service, "user=alice/week"));

        Assert.Equal(HttpStatusCode.NoContent, (await service.PostAsync($"/budgets/{id}/reset")).StatusCode);
        Assert.Equal("0", await SpentAsync(service, "user=alice/week"));
        Assert.Equal("1", await SpentAsync(service));
        Assert.Equal(HttpStatusCode.NoContent, (await service.PostAsync($"/budgets/{Uri.EscapeDataString("each:user/day")}/reset", """{"scope":"user=alice"}""")).StatusCode);
        Assert.Equal("0", await SpentAsync(service));

        Assert.Equal(HttpStatusCode.NoContent, (await service.SendAsync(HttpMethod.Delete, $"/budgets/{id}")).StatusCode);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Delete, $"/budgets/{id}"), 404);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, $"/budgets/{id}"), 404);
        await Problem.OfAsync(await service.PostAsync($"/budgets/{id}/reset"), 404);
    }

    [Fact]
    public async Task An_estimate_lists_its_lines_which_add_up()
    {
        await using var service = await ServiceApp.StartAsync();
        var estimate = await service.PostForJsonAsync("/estimate", """{"provider":"finnhub","usage":{"units":{"record":"7.5"}}}""");
        Assert.Equal(("0.0175", "USD"), ((string)estimate["total"]!, (string)estimate["currency"]!));
        Assert.Equal(0.0175m, estimate["lines"]!.AsArray().Sum(line => decimal.Parse((string)line!["amount"]!, System.Globalization.CultureInfo.InvariantCulture)));
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
        Assert.Equal($"user={user}", (string)status["scope"]!);
        Assert.Equal("1", (string)Assert.Single(status["budgets"]!.AsArray())!["spent"]!);

        var id = Uri.EscapeDataString("budget of " + user);
        await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, $"/budgets/{id}", """{"scope":"project=p","limit":1}"""));
        Assert.Equal("budget of " + user, (string)(await service.GetForJsonAsync($"/budgets/{id}"))["id"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await service.PostAsync($"/budgets/{id}/reset")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await service.SendAsync(HttpMethod.Delete, $"/budgets/{id}")).StatusCode);
    }

    [Fact]
    public async Task Partitions_are_named_in_the_query_and_carried_by_reservations()
    {
        await using var service = await ServiceApp.StartAsync(options => options.PartitionBy = "tenant");
        var reservation = await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","cost":3,"dimensions":{"tenant":"a/b:c"}}""");
        await service.PostForJsonAsync($"/reservations/{Uri.EscapeDataString((string)reservation["reservationId"]!)}/commit", """{"cost":3}""");
        Assert.Equal("3", (string)(await service.GetForJsonAsync("/status/user/alice?partition=a%2Fb%3Ac"))["budgets"]![0]!["spent"]!);
        Assert.Equal("0", (string)(await service.GetForJsonAsync("/status/user/alice?partition=other"))["budgets"]![0]!["spent"]!);
        Assert.Contains("partition", (await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, "/status/user/alice"), 400))["errors"]!.ToJsonString());
        var batch = await service.PostForJsonAsync("/charge/batch", """{"requests":[{"provider":"openai","cost":1},{"provider":"openai","cost":1,"dimensions":{"tenant":"other"}}]}""");
        Assert.Equal([400, 200], batch["results"]!.AsArray().Select(result => (int)result!["status"]!));
        Assert.Equal("healthy", (string)(await service.GetForJsonAsync("/health"))["status"]!);
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
            Assert.Equal("store_unavailable", (string)(await Problem.OfAsync(await service.PostAsync(path, body), 503))["outcome"]!);
        var charge = await service.PostAsync("/charge", body, key: "mine");
        Assert.Equal(TimeSpan.FromSeconds(1), charge.Headers.RetryAfter!.Delta);
        var problem = await Problem.OfAsync(charge, 503);
        Assert.Equal(("urn:budgetfirewall:charge-unconfirmed", "mine"), ((string)problem["type"]!, (string)problem["operationId"]!));
        foreach (var path in new[] { "/status/user/alice", "/budgets", "/budgets/x", "/health" })
            await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, path), 503);
        var id = Uri.EscapeDataString(new ReservationIdentity { OperationScope = "anonymous", OperationId = "x" }.ToString());
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/commit", """{"cost":1}"""), 503);
        await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/release"), 503);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"global","limit":1}"""), 503);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Delete, "/budgets/x"), 503);
        var batch = await service.PostForJsonAsync("/charge/batch", $$"""{"requests":[{{body}}]}""", key: "b");
        Assert.Equal((503, "b#0"), ((int)batch["results"]![0]!["status"]!, (string)batch["results"]![0]!["error"]!["operationId"]!));
        store.IsAway = false;
        Assert.Equal(before, await service.EverythingAsync());
        await service.PostForJsonAsync("/charge", body, key: "mine");
        Assert.Equal("1", await SpentAsync(service));
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
