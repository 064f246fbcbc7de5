namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Limits that follow from use, over HTTP.</summary>
public sealed class LimitFromUsageServiceTests
{
    [Fact]
    public async Task A_budget_has_the_rule_and_its_states_show_the_limit_of_the_period()
    {
        var clock = ServiceApp.NewClock();
        await using var service = await ServiceApp.StartAsync(clock: clock);

        var set = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """
            {"id":"own","scope":"user=alice","limit":"10","limitFromUsage":{"periods":14,"percentile":"0.95","factor":1.5,"floor":"1","ceiling":"50"}}
            """));

        set["limitFromUsage"]!.ToJsonString().Should().Be("""{"periods":14,"percentile":"0.95","factor":"1.5","floor":"1","ceiling":"50"}""");
        (await service.GetForJsonAsync("/budgets/own")).ToJsonString().Should().Be(set.ToJsonString());
        await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":"3"}""");
        (await LimitAsync(service)).Should().Be("10");
        clock.Advance(TimeSpan.FromDays(1));
        (await LimitAsync(service)).Should().Be("4.5");
        ((string)(await service.GetForJsonAsync("/budgets/own"))["limit"]!).Should().Be("10");
        var denial = await Problem.OfAsync(await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":"5"}"""), 429);
        denial.ToJsonString().Should().Contain("4.5");
    }

    [Fact]
    public async Task Percentile_and_factor_may_be_left_out_and_a_budget_without_the_rule_has_none()
    {
        await using var service = await ServiceApp.StartAsync();

        var set = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"user=alice","limit":"10","limitFromUsage":{"periods":"1","floor":0,"ceiling":50}}"""));
        var without = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"user=bob","limit":"10","limitFromUsage":null}"""));

        set["limitFromUsage"]!.ToJsonString().Should().Be("""{"periods":1,"percentile":"0.95","factor":"1","floor":"0","ceiling":"50"}""");
        without.Should().NotContainKey("limitFromUsage");
    }

    [Theory]
    [InlineData("""{"floor":1,"ceiling":2}""", "limitFromUsage.periods", "*limitFromUsage.periods is required*")]
    [InlineData("""{"periods":3,"ceiling":2}""", "limitFromUsage.floor", "*limitFromUsage.floor is required*")]
    [InlineData("""{"periods":3,"floor":2}""", "limitFromUsage.ceiling", "*limitFromUsage.ceiling is required*")]
    [InlineData("""{"periods":91,"floor":1,"ceiling":2}""", "limitFromUsage.periods", "*Periods must be from 1 to 90*")]
    [InlineData("""{"periods":3,"percentile":95,"floor":1,"ceiling":2}""", "limitFromUsage.percentile", "*Percentile must be above 0 up to 1*")]
    [InlineData("""{"periods":3,"factor":0,"floor":1,"ceiling":2}""", "limitFromUsage.factor", "*Factor must be above 0*")]
    [InlineData("""{"periods":3,"floor":3,"ceiling":2}""", "budget", "*must have a Floor of at most the Ceiling, '2', and not of '3'*")]
    [InlineData("""{"periods":3,"floor":1,"ceiling":2,"roof":3}""", "roof", "*roof*")]
    public async Task A_bad_rule_is_refused_by_name(string rule, string field, string detail)
    {
        await using var service = await ServiceApp.StartAsync();

        var problem = await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets", $$"""{"scope":"user=alice","limit":"10","limitFromUsage":{{rule}}}"""), 400);

        problem.ToJsonString().Should().Contain(field);
        ((string)problem["detail"]!).Should().Match(detail);
    }

    private static async Task<string> LimitAsync(ServiceApp service) =>
        (string)(await service.GetForJsonAsync("/status/user/alice"))["budgets"]!.AsArray().Single(budget => (string)budget!["budgetId"]! == "own")!["limit"]!;
}
