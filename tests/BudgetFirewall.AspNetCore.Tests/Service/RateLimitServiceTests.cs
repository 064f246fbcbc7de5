using System.Net;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Rate limits over HTTP, checks of them alone, and explanations.</summary>
public sealed class RateLimitServiceTests
{
    [Fact]
    public async Task A_rate_limit_is_created_found_replaced_and_removed()
    {
        await using var service = await ServiceApp.StartAsync();
        const string Body = """{"id":"per minute/alice","scope":"user=alice","algorithm":"fixed_window","limit":"2","window":"00:01:00","alignment":"first_request"}""";

        var created = await service.PostAsync("/rate-limits", Body);

        created.StatusCode.Should().Be(HttpStatusCode.Created);
        created.Headers.Location!.OriginalString.Should().EndWith("/rate-limits/per%20minute%2Falice");
        var found = await service.GetForJsonAsync("/rate-limits/per%20minute%2Falice");
        found.ToJsonString().Should().Be(
            """{"id":"per minute/alice","scope":"user=alice","algorithm":"fixed_window","limit":"2","window":"00:01:00","alignment":"first_request","schedule":[],"enforcement":"hard","isActive":true,"providers":[],"models":[],"operations":[],"dimensions":{},"countsRequestsWithoutModel":false,"priorityHeadroom":{}}""");
        await service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":0,"permits":2}""");
        (await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":0}""")).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);

        found["limit"] = "3";
        (await service.SendAsync(HttpMethod.Put, "/rate-limits/per%20minute%2Falice", found.ToJsonString())).StatusCode.Should().Be(HttpStatusCode.OK);

        (await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":0}""")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await service.SendAsync(HttpMethod.Delete, "/rate-limits/per%20minute%2Falice")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Delete, "/rate-limits/per%20minute%2Falice"), 404);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, "/rate-limits/per%20minute%2Falice"), 404);
    }

    [Fact]
    public async Task An_adaptive_limit_is_set_read_back_and_shown_with_its_ceiling_and_its_pause()
    {
        await using var service = await ServiceApp.StartAsync();
        const string Body = """{"scope":"user=alice","capacity":"100","refillPerSecond":"100","adaptive":{"floor":"5","growthPerSecond":8,"decreaseFactor":"0.5","cooldown":"00:00:02"}}""";

        (await service.PostAsync("/rate-limits", Body)).StatusCode.Should().Be(HttpStatusCode.Created);
        await service.App.Firewall.RateLimits.ReportAsync(new() { Provider = "openai", UserId = "alice" }, new() { IsOverloaded = true, RetryAfter = TimeSpan.FromSeconds(30) });

        (await service.GetForJsonAsync("/rate-limits/user%3Dalice%2Frate"))["adaptive"]!.ToJsonString().Should().Be(
            """{"floor":"5","growthPerSecond":"8","decreaseFactor":"0.5","cooldown":"00:00:02","longestPause":"00:01:00"}""");
        var state = (await service.GetForJsonAsync("/status/user/alice"))["rateLimits"]![0]!;
        (state["refillPerSecond"]!.GetValue<string>(), state["ceiling"]!.GetValue<string>(), state["remaining"]!.GetValue<string>(), state["pausedSeconds"]!.GetValue<double>() > 0).Should().Be(("50", "100", "0", true));
    }

    [Theory]
    [InlineData("""{"floor":"101","growthPerSecond":"1"}""", "adaptive.floor")]
    [InlineData("""{"floor":"0","growthPerSecond":"1"}""", "adaptive.floor")]
    [InlineData("""{"growthPerSecond":"1"}""", "adaptive.floor")]
    [InlineData("""{"floor":"1"}""", "adaptive.growthPerSecond")]
    [InlineData("""{"floor":"1","growthPerSecond":"1","decreaseFactor":"1"}""", "adaptive.decreaseFactor")]
    [InlineData("""{"floor":"1","growthPerSecond":"1","cooldown":"5"}""", "adaptive.cooldown")]
    public async Task An_adaptive_limit_with_a_bad_value_is_400_and_names_it(string adaptive, string field)
    {
        await using var service = await ServiceApp.StartAsync();

        var problem = await Problem.OfAsync(await service.PostAsync("/rate-limits", $$"""{"scope":"user=alice","capacity":"100","refillPerSecond":"100","adaptive":{{adaptive}}}"""), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
    }

    [Fact]
    public async Task A_rate_limit_whose_id_exists_is_409_and_a_creation_with_a_key_can_be_repeated()
    {
        await using var service = await ServiceApp.StartAsync();
        const string Body = """{"scope":"user=alice","capacity":"5","refillPerSecond":0.5}""";

        (await service.PostAsync("/rate-limits", Body, "key-1")).StatusCode.Should().Be(HttpStatusCode.Created);
        (await service.PostAsync("/rate-limits", Body, "key-1")).StatusCode.Should().Be(HttpStatusCode.Created);

        (await Problem.OfAsync(await service.PostAsync("/rate-limits", Body), 409))["title"]!.GetValue<string>().Should().Be("The rate limit exists already.");
        await Problem.OfAsync(await service.PostAsync("/rate-limits", """{"scope":"user=alice","capacity":"6","refillPerSecond":1}""", "key-1"), 409);
        await Problem.OfAsync(await service.PostAsync("/rate-limits", """{"scope":"provider=finnhub","capacity":"6","refillPerSecond":1}"""), 409);
    }

    [Fact]
    public async Task A_configured_rate_limit_that_is_put_back_with_another_limit_goes_on_from_what_was_taken()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/spend", """{"provider":"finnhub","userId":"alice","cost":0,"permits":2}""");
        var configured = await service.GetForJsonAsync("/rate-limits/provider%3Dfinnhub%2Frate");

        configured["capacity"] = "3";
        (await service.SendAsync(HttpMethod.Put, "/rate-limits/provider%3Dfinnhub%2Frate", configured.ToJsonString())).StatusCode.Should().Be(HttpStatusCode.OK);

        var state = (await service.GetForJsonAsync("/status/provider/finnhub"))["rateLimits"]![0]!;
        (state["limit"]!.GetValue<string>(), state["level"]!.GetValue<string>(), state["source"]!.GetValue<string>(), state["replacedId"]!.GetValue<string>())
            .Should().Be(("3", "0", "run_time", "provider=finnhub/rate"));
    }

    [Fact]
    public async Task Rate_limits_are_listed_page_by_page()
    {
        await using var service = await ServiceApp.StartAsync();
        for (var i = 0; i < 5; i++)
            await service.PostForJsonAsync("/rate-limits", $$"""{"scope":"user=u{{i}}","capacity":1,"refillPerSecond":1}""");

        var ids = new List<string>();
        for (var query = "?limit=2"; query.Length > 0;)
        {
            var page = await service.GetForJsonAsync("/rate-limits" + query);
            ids.AddRange(page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()));
            query = page["nextCursor"] is { } cursor ? $"?limit=2&cursor={cursor.GetValue<string>()}" : "";
        }

        ids.Should().Equal(["provider=finnhub/rate", .. Enumerable.Range(0, 5).Select(i => $"user=u{i}/rate")]);
    }

    [Theory]
    [InlineData("""{"capacity":1,"refillPerSecond":1}""", "scope")]
    [InlineData("""{"scope":"user=alice","algorithm":"waterfall","limit":1,"window":"00:01:00"}""", "algorithm")]
    [InlineData("""{"scope":"user=alice","algorithm":"sliding_window","limit":1}""", "window")]
    [InlineData("""{"scope":"user=alice","capacity":1,"refillPerSecond":1,"limit":5}""", "limit")]
    [InlineData("""{"scope":"user=alice","algorithm":"fixed_window","limit":1,"window":"a minute"}""", "window")]
    [InlineData("""{"scope":"user=alice","algorithm":"fixed_window","limit":1,"window":"5"}""", "window")]
    [InlineData("""{"scope":"user=alice","algorithm":"leaky_bucket","ratePerSecond":1,"maxWait":"5"}""", "maxWait")]
    [InlineData("""{"scope":"user=alice","algorithm":"fixed_window","limit":1,"window":"00:00:00"}""", "window")]
    [InlineData("""{"scope":"user=alice","algorithm":"fixed_window","limit":1,"window":"00:01:00","alignment":"Mars/Base"}""", "alignment")]
    [InlineData("""{"scope":"user=alice","capacity":"0.0000001","refillPerSecond":1}""", "capacity")]
    [InlineData("""{"scope":"user=alice","capacity":1,"refillPerSecond":1,"enforcement":"soft"}""", "enforcement")]
    public async Task What_no_rate_limit_can_be_is_400_names_the_field_and_changes_nothing(string body, string field)
    {
        await using var service = await ServiceApp.StartAsync();

        var problem = await Problem.OfAsync(await service.PostAsync("/rate-limits", body), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
        (await service.GetForJsonAsync("/rate-limits"))["items"]!.AsArray().Count.Should().Be(1);
    }

    [Fact]
    public async Task A_check_of_rate_limits_alone_takes_from_them_whatever_budgets_have_left()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/charge", """{"provider":"finnhub","userId":"alice","cost":"10"}""");
        const string Request = """{"provider":"finnhub","userId":"alice","permits":2}""";

        var decision = await service.PostForJsonAsync("/rate-limits/check", Request, "key-1");
        decision["budgets"]!.AsArray().Should().BeEmpty();
        decision["cost"]!.GetValue<string>().Should().Be("0");
        (await service.PostForJsonAsync("/rate-limits/check", Request, "key-1"))["isReplay"]!.GetValue<bool>().Should().BeTrue();

        var denied = await service.PostAsync("/rate-limits/check", Request);
        (await Problem.OfAsync(denied, 429))["deniedByRateLimits"]![0]!.GetValue<string>().Should().Be("provider=finnhub/rate");
        denied.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(4));
        (await Problem.OfAsync(await service.PostAsync("/check", Request, "key-1"), 429))["outcome"]!.GetValue<string>().Should().Be("budget_exceeded");
    }

    [Fact]
    public async Task An_explanation_has_every_limit_with_its_verdict_and_takes_nothing()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();

        var explanation = await service.PostForJsonAsync("/explain", """{"provider":"finnhub","userId":"alice","cost":"9.5","permits":3}""");

        (explanation["isAllowed"]!.GetValue<bool>(), explanation["outcome"]!.GetValue<string>()).Should().Be((false, "budget_exceeded"));
        explanation["limits"]!.AsArray().Select(limit => $"{limit!["kind"]} {limit["scope"]} {limit["verdict"]} {limit["needed"]} {limit["available"]} {limit["source"]}").Should().Equal(
            "budget global admit 9.5 999 configuration", "budget user=alice refuse 9.5 9 configuration", "rate_limit provider=finnhub refuse 3 2 configuration");
        explanation["costBreakdown"]!["total"]!.GetValue<string>().Should().Be("9.5");
        explanation["budgets"]!.AsArray().Count.Should().Be(2);
        (await service.PostForJsonAsync("/explain", """{"provider":"finnhub","userId":"alice"}"""))["isAllowed"]!.GetValue<bool>().Should().BeTrue();
        (await service.EverythingAsync()).Should().Be(before);
        await Problem.OfAsync(await service.PostAsync("/explain", """{"userId":"alice"}"""), 400);
    }

    [Fact]
    public async Task Each_call_needs_the_right_of_its_part()
    {
        await using var reading = await ServiceApp.StartAsync(service: options => options.Groups = BudgetEndpointGroups.Reading);
        (await reading.SendAsync(HttpMethod.Get, "/rate-limits")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await reading.PostAsync("/explain", """{"provider":"p"}""")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await reading.PostAsync("/rate-limits/check", """{"provider":"p"}""")).IsSuccessStatusCode.Should().BeFalse();
        (await reading.PostAsync("/rate-limits", """{"scope":"global","capacity":1,"refillPerSecond":1}""")).IsSuccessStatusCode.Should().BeFalse();
        (await reading.SendAsync(HttpMethod.Delete, "/rate-limits/x")).IsSuccessStatusCode.Should().BeFalse();

        await using var deciding = await ServiceApp.StartAsync(service: options => options.Groups = BudgetEndpointGroups.Deciding);
        (await deciding.PostAsync("/rate-limits/check", """{"provider":"p"}""")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await deciding.PostAsync("/explain", """{"provider":"p"}""")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await deciding.SendAsync(HttpMethod.Get, "/rate-limits")).IsSuccessStatusCode.Should().BeFalse();

        await using var administration = await ServiceApp.StartAsync(service: options => options.Groups = BudgetEndpointGroups.Administration);
        (await administration.PostAsync("/rate-limits", """{"scope":"global","capacity":1,"refillPerSecond":1}""")).StatusCode.Should().Be(HttpStatusCode.Created);
        (await administration.SendAsync(HttpMethod.Get, "/rate-limits")).IsSuccessStatusCode.Should().BeFalse();
    }
}
