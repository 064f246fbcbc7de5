using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>What the service says of the state of budgets, and the types that it uses.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task A_status_says_the_days_left_what_is_exceeded_and_warned_and_the_totals()
    {
        await using var service = await ServiceApp.StartAsync(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 5m, Period = BudgetPeriod.Month, Enforcement = Enforcement.Soft });
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 3m, Unit = "record", Period = BudgetPeriod.None });
        });
        await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":8,"usage":{"units":{"record":1}}}""");

        var status = await service.GetForJsonAsync("/status/user/alice");

        ((int)status["exceededCount"]!, (int)status["warnedCount"]!).Should().Be((1, 1));
        var day = State(status, "each:user/day");
        ((double)day["daysLeft"]!, (bool)day["isExceeded"]!, (string?)day["warnedAt"]).Should().Be((0.25, false, "0.8"));
        var month = State(status, "each:user/month");
        ((double)month["daysLeft"]!, (bool)month["isExceeded"]!).Should().Be((29.25, true));
        var records = status["budgets"]!.AsArray().Single(state => (string?)state!["unit"] == "record")!;
        (records["daysLeft"], (bool)records["isExceeded"]!, records["warnedAt"]).Should().Be((null, false, null));
        status["totals"]!.AsArray().Select(total => total!.ToJsonString()).Should().Equal(
            """{"count":2,"limit":"15","allowance":"0","spent":"16","held":"0","remaining":"2","leastRemaining":"2"}""",
            """{"unit":"record","count":1,"limit":"3","allowance":"0","spent":"1","held":"0","remaining":"2","leastRemaining":"2"}""");
    }

    [Fact]
    public async Task A_status_of_a_kind_that_nothing_limits_says_so()
    {
        await using var service = await ServiceApp.StartAsync();

        var known = await service.GetForJsonAsync("/status/user/alice");
        var unknown = await service.GetForJsonAsync("/status/users/alice");

        ((bool)known["isKindLimited"]!, (bool)unknown["isKindLimited"]!).Should().Be((true, false));
        unknown["limitedKinds"]!.AsArray().Select(kind => (string)kind!).Should().Equal("global", "provider", "user");
    }

    [Fact]
    public async Task The_status_of_a_request_is_that_of_everything_it_meets_and_takes_nothing()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        const string request = """{"provider":"finnhub","userId":"alice","cost":1}""";
        var before = await service.EverythingAsync();

        var status = await service.PostForJsonAsync("/status", request);

        status["budgets"]!.AsArray().Select(state => ((string)state!["scope"]!, (string)state["spent"]!)).Should().BeEquivalentTo([("global", "1"), ("user=alice", "1")]);
        ((string)status["rateLimits"]!.AsArray().Should().ContainSingle().Which!["level"]!).Should().Be("2");
        ((string)status["totals"]!.AsArray().Should().ContainSingle().Which!["leastRemaining"]!).Should().Be("9");
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Every_time_in_seconds_or_days_is_a_number_and_every_amount_a_string()
    {
        await using var service = await ServiceApp.StartAsync();
        const string request = """{"provider":"finnhub","userId":"alice","cost":"9"}""";
        var answers = new List<JsonNode>
        {
            await service.PostForJsonAsync("/check", request),
            await service.PostForJsonAsync("/reserve", request),
            await Problem.OfAsync(await service.PostAsync("/spend", request), 429),
            await service.GetForJsonAsync("/status/provider/finnhub"),
            await service.PostForJsonAsync("/status", request),
        };

        var members = answers.SelectMany(Members).Select(member => (member.Name, Kind: member.Value.GetValueKind())).Distinct().ToList();

        members.Should().Contain(member => member.Name == "retryAfterSeconds").And.Contain(member => member.Name == "waitSeconds").And.Contain(member => member.Name == "fullInSeconds").And.Contain(member => member.Name == "daysLeft");
        members.Where(member => member.Name.EndsWith("Seconds", StringComparison.Ordinal) || member.Name.EndsWith("Left", StringComparison.Ordinal)).Should().AllSatisfy(member => member.Kind.Should().Be(JsonValueKind.Number, member.Name));
        members.Where(member => member.Name is "cost" or "limit" or "spent" or "held" or "remaining" or "level" or "capacity" or "needed" or "available").Should().AllSatisfy(member => member.Kind.Should().Be(JsonValueKind.String, member.Name));
    }

    [Theory]
    [InlineData("/check", "/budgets/check")]
    [InlineData("/check/batch", "/budgets/check/batch")]
    public async Task A_check_has_another_name_that_answers_the_same(string path, string other)
    {
        await using var one = await ServiceApp.StartAsync();
        await using var two = await ServiceApp.StartAsync();
        const string fits = """{"provider":"openai","userId":"alice","cost":1,"operationId":"first"}""";
        const string doesNotFit = """{"provider":"openai","userId":"alice","cost":11,"operationId":"second"}""";
        string[] bodies = path.EndsWith("batch", StringComparison.Ordinal) ? [$$"""{"requests":[{{doesNotFit}},{{fits}}]}"""] : [fits, doesNotFit];

        foreach (var body in bodies)
        {
            var (first, second) = (await one.PostAsync(path, body), await two.PostAsync(other, body));
            second.StatusCode.Should().Be(first.StatusCode);
            JsonNode.DeepEquals(JsonNode.Parse(await first.Content.ReadAsStringAsync()), JsonNode.Parse(await second.Content.ReadAsStringAsync())).Should().BeTrue();
        }
        (await two.PostAsync(other, "{}")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    private static JsonNode State(JsonObject status, string id) => status["budgets"]!.AsArray().Single(state => (string)state!["budgetId"]! == id)!;

    private static IEnumerable<(string Name, JsonNode Value)> Members(JsonNode node) => node switch
    {
        JsonObject item => item.Where(member => member.Value is not null).SelectMany(member => Members(member.Value!).Prepend((member.Key, member.Value!))),
        JsonArray items => items.SelectMany(item => item is null ? [] : Members(item)),
        _ => [],
    };
}
