namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Periods, time zones and schedules of budgets over HTTP.</summary>
public sealed class PeriodServiceTests
{
    [Fact]
    public async Task A_budget_has_a_time_zone_a_period_of_any_length_and_a_schedule()
    {
        await using var service = await ServiceApp.StartAsync();

        var set = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """
            {"scope":"user=alice","limit":"10","period":"00:30:00","timeZone":"Europe/Berlin","schedule":[{"days":["sunday","monday"],"from":"20:00","until":"06:00","timeZone":"Europe/Berlin","limit":"2.5"},{"limit":3}]}
            """));

        ((string)set["id"]!, (string)set["period"]!, (string)set["timeZone"]!).Should().Be(("user=alice/00:30:00(Europe/Berlin)", "00:30:00", "Europe/Berlin"));
        set["schedule"]!.ToJsonString().Should().Be(
            """[{"days":["monday","sunday"],"from":"20:00","until":"06:00","timeZone":"Europe/Berlin","limit":"2.5"},{"days":[],"from":"00:00","until":"00:00","timeZone":"UTC","limit":"3"}]""");
        (await service.GetForJsonAsync($"/budgets/{Uri.EscapeDataString((string)set["id"]!)}")).ToJsonString().Should().Be(set.ToJsonString());
        var state = (await service.GetForJsonAsync("/status/user/alice"))["budgets"]!.AsArray().Single(budget => (string)budget!["budgetId"]! == (string)set["id"]!)!;
        ((string)state["period"]!, (string)state["timeZone"]!).Should().Be(("00:30:00", "Europe/Berlin"));
    }

    [Theory]
    [InlineData("""{"scope":"user=alice","limit":"10","period":"fortnight"}""", "period", "period must be hour, day*")]
    [InlineData("""{"scope":"user=alice","limit":"10","timeZone":"Mars/Olympus"}""", "timeZone", "*'Mars/Olympus'*")]
    [InlineData("""{"scope":"user=alice","limit":"10","schedule":[{"limit":1,"from":"8"}]}""", "schedule[0].from", "*must be a time of day such as 08:00*")]
    [InlineData("""{"scope":"user=alice","limit":"10","schedule":[{"limit":1,"days":["moonday"]}]}""", "schedule[0].days", "*sunday, monday*")]
    [InlineData("""{"scope":"user=alice","limit":"10","schedule":[{"limit":1,"days":[null]}]}""", "schedule[0].days", "*sunday, monday*")]
    [InlineData("""{"scope":"user=alice","limit":"10","timeZone":"posix/Europe/Berlin"}""", "timeZone", "*'posix/Europe/Berlin'*")]
    [InlineData("""{"scope":"user=alice","limit":"10","schedule":[{"limit":1},null]}""", "schedule[1]", "*null*")]
    [InlineData("""{"scope":"user=alice","limit":"10","schedule":[{}]}""", "schedule", "*must have a Limit in each row*")]
    public async Task A_bad_period_time_zone_or_schedule_is_refused_by_name(string body, string field, string detail)
    {
        await using var service = await ServiceApp.StartAsync();

        var problem = await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets", body), 400);

        problem.ToJsonString().Should().Contain(field);
        ((string)problem["detail"]!).Should().Match(detail);
    }

    [Fact]
    public async Task A_time_zone_for_a_period_that_goes_by_no_clock_is_refused_by_name()
    {
        await using var service = await ServiceApp.StartAsync();

        var problem = await Problem.OfAsync(await service.SendAsync(HttpMethod.Put, "/budgets", """{"scope":"user=alice","limit":"10","period":"none","timeZone":"Europe/Berlin"}"""), 400);

        ((string)problem["detail"]!).Should().Contain("imeZone must be UTC for the period 'none'");
    }
}
