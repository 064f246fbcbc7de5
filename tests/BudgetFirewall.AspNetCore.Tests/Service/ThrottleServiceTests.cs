using System.Net;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Throttled budgets over HTTP.</summary>
public sealed class ThrottleServiceTests
{
    private const string Batch = """{"scope":"project=batch","limit":"100","enforcement":"throttle","throttle":{"ratePerSecond":"2","queueLimit":20,"maxWait":"00:00:10","ceiling":"150"}}""";

    [Fact]
    public async Task A_throttled_budget_is_created_found_and_put_back()
    {
        await using var service = await ServiceApp.StartAsync();

        (await service.PostAsync("/budgets", Batch)).StatusCode.Should().Be(HttpStatusCode.Created);
        var found = await service.GetForJsonAsync("/budgets/project%3Dbatch%2Fday");
        (await service.SendAsync(HttpMethod.Put, "/budgets/project%3Dbatch%2Fday", found.ToJsonString())).StatusCode.Should().Be(HttpStatusCode.OK);

        found["enforcement"]!.GetValue<string>().Should().Be("throttle");
        found["throttle"]!.ToJsonString().Should().Be("""{"ratePerSecond":"2","queueLimit":"20","maxWait":"00:00:10","ceiling":"150"}""");
        (await service.GetForJsonAsync("/budgets/project%3Dbatch%2Fday")).ToJsonString().Should().Be(found.ToJsonString());
    }

    [Theory]
    [InlineData("""{"scope":"user=x","limit":1,"enforcement":"throttle"}""", "throttle")]
    [InlineData("""{"scope":"user=x","limit":1,"throttle":{"ratePerSecond":1}}""", "throttle")]
    [InlineData("""{"scope":"user=x","limit":1,"enforcement":"throttle","throttle":{}}""", "throttle.ratePerSecond")]
    [InlineData("""{"scope":"user=x","limit":1,"enforcement":"throttle","throttle":{"ratePerSecond":0}}""", "throttle.ratePerSecond")]
    [InlineData("""{"scope":"user=x","limit":1,"enforcement":"throttle","throttle":{"ratePerSecond":1,"queueLimit":-1}}""", "throttle.queueLimit")]
    [InlineData("""{"scope":"user=x","limit":1,"enforcement":"throttle","throttle":{"ratePerSecond":1,"maxWait":"5"}}""", "throttle.maxWait")]
    [InlineData("""{"scope":"user=x","limit":1,"enforcement":"throttle","throttle":{"ratePerSecond":1,"ceiling":"0.5"}}""", "throttle.ceiling")]
    public async Task What_no_throttle_can_be_is_400_names_the_field_and_changes_nothing(string body, string field)
    {
        await using var service = await ServiceApp.StartAsync();
        var before = (await service.GetForJsonAsync("/budgets")).ToJsonString();

        var problem = await Problem.OfAsync(await service.PostAsync("/budgets", body), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
        (await service.GetForJsonAsync("/budgets")).ToJsonString().Should().Be(before);
    }

    [Fact]
    public async Task Above_the_limit_a_call_waits_as_long_as_the_body_says_or_is_429_with_the_time_of_its_turn()
    {
        var clock = ServiceApp.NewClock();
        await using var service = await ServiceApp.StartAsync(clock: clock);
        await service.PostForJsonAsync("/budgets", Batch.Replace("\"2\"", "\"0.5\"", StringComparison.Ordinal));
        await service.PostForJsonAsync("/spend", """{"provider":"p","projectId":"batch","cost":101}""");

        var response = await service.PostAsync("/spend", """{"provider":"p","projectId":"batch","cost":1}""");
        var waiting = service.PostForJsonAsync("/spend", """{"provider":"p","projectId":"batch","cost":1,"maxWaitSeconds":5}""");
        await Eventually.HoldsAsync(async () => (await service.App.StateAsync(BudgetScope.Project("batch"))).QueueLength == 2m);
        while (!waiting.IsCompleted)
        {
            await Task.Delay(1);
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }
        var waited = await waiting;

        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(2));
        var denied = await Problem.OfAsync(response, 429);
        ((string)denied["type"]!, (string)denied["outcome"]!, (double)denied["retryAfterSeconds"]!).Should().Be(("urn:budgetfirewall:throttled", "throttled", 2));
        denied["deniedByBudgets"]!.AsArray().Select(id => (string)id!).Should().Equal("project=batch/day");
        denied["deniedByRateLimits"]!.AsArray().Should().BeEmpty();
        var limits = waited["limits"]!.AsArray();
        var verdict = limits.Should().ContainSingle(limit => (string)limit!["id"]! == "project=batch/day").Which!;
        ((double)verdict["waitSeconds"]!).Should().Be(2);
        ((double)waited["waitSeconds"]!, (string)verdict["kind"]!, (string)verdict["verdict"]!).Should().Be(((double)verdict["waitSeconds"]!, "budget", "delay"));
    }

    [Fact]
    public async Task A_status_and_an_explanation_show_the_queue_with_the_budget()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync("/budgets", Batch);
        await service.PostForJsonAsync("/spend", """{"provider":"p","projectId":"batch","cost":101}""");

        var state = (await service.GetForJsonAsync("/status/project/batch"))["budgets"]!.AsArray().Should().ContainSingle().Which!;
        var explanation = await service.PostForJsonAsync("/explain", """{"provider":"p","projectId":"batch","cost":50}""");

        ((string)state["enforcement"]!, (string)state["queueLength"]!, (double)state["nextTurnSeconds"]!, (string)state["throttle"]!["ceiling"]!).Should().Be(("throttle", "1", 0.5, "150"));
        ((string)explanation["outcome"]!, explanation["rateLimits"]!.AsArray().Count(limit => ((string)limit!["rateLimitId"]!).Contains("batch"))).Should().Be(("budget_exceeded", 0));
    }
}
