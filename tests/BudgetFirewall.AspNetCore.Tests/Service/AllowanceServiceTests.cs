using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Allowances over HTTP: given and taken back, and shown wherever a budget is.</summary>
public sealed class AllowanceServiceTests
{
    private static readonly string Path = $"/budgets/{Uri.EscapeDataString("each:user/day")}/allowances";

    [Fact]
    public async Task An_allowance_is_given_and_lets_through_what_the_limit_would_not()
    {
        await using var service = await ServiceApp.StartAsync();
        await Problem.OfAsync(await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":12}"""), 402);

        var given = await service.PostForJsonAsync(Path, """{"scope":"user=alice","amount":"2.5","reason":"the demo"}""");

        ((string)given["amount"]!, (string)given["allowance"]!, (string)given["reason"]!, (bool)given["isReplay"]!, given["by"]).Should().Be(("2.5", "2.5", "the demo", false, (JsonNode?)null));
        given["budget"]!.AsObject().Select(member => member.Key).Should().ContainInOrder("limit", "allowance", "spent");
        var decision = await service.PostForJsonAsync("/spend", """{"provider":"openai","userId":"alice","cost":12}""");
        var state = decision["budgets"]!.AsArray().First(budget => (string)budget!["scope"]! == "user=alice")!;
        ((string)state["limit"]!, (string)state["allowance"]!, (string)state["remaining"]!, (string)state["utilization"]!).Should().Be(("10", "2.5", "0.5", "0.96"));
        var warning = decision["warnings"]!.AsArray().Should().ContainSingle().Which!;
        ((string)warning["limit"]!, (string)warning["allowance"]!).Should().Be(("10", "2.5"));
        var total = (await service.GetForJsonAsync("/status/user/alice"))["totals"]!.AsArray().Should().ContainSingle().Which!;
        ((string)total["allowance"]!, (string)total["leastRemaining"]!).Should().Be(("2.5", "0.5"));
    }

    [Fact]
    public async Task An_amount_below_0_takes_back_what_is_not_used()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync(Path, """{"scope":"user=alice","amount":5,"reason":"the demo"}""");
        await service.PostForJsonAsync("/charge", """{"provider":"openai","userId":"alice","cost":12}""");

        var taken = await service.PostForJsonAsync(Path, """{"scope":"user=alice","amount":-5,"reason":"cancelled"}""");

        ((string)taken["amount"]!, (string)taken["allowance"]!, (string)taken["budget"]!["remaining"]!).Should().Be(("-3", "2", "0"));
    }

    [Fact]
    public async Task A_budget_on_one_scope_needs_no_scope_and_an_unknown_one_is_not_found()
    {
        await using var service = await ServiceApp.StartAsync();

        var given = await service.PostForJsonAsync($"/budgets/{Uri.EscapeDataString("global/month")}/allowances", """{"amount":1,"reason":"r"}""");

        ((string)given["budget"]!["scope"]!).Should().Be("global");
        await Problem.OfAsync(await service.PostAsync("/budgets/none/allowances", """{"amount":1,"reason":"r"}"""), 404);
    }

    [Fact]
    public async Task A_key_gives_it_once_and_with_other_content_it_is_a_conflict()
    {
        await using var service = await ServiceApp.StartAsync();
        const string body = """{"scope":"user=alice","amount":5,"reason":"the demo"}""";
        var first = await service.PostForJsonAsync(Path, body, key: "k1");

        var again = await service.PostForJsonAsync(Path, body, key: "k1");

        ((bool)first["isReplay"]!, (bool)again["isReplay"]!, (string)again["operationId"]!, (string)again["allowance"]!).Should().Be((false, true, "k1", "5"));
        await Problem.OfAsync(await service.PostAsync(Path, """{"scope":"user=alice","amount":6,"reason":"the demo"}""", key: "k1"), 409);
        await Problem.OfAsync(await service.PostAsync(Path, """{"scope":"user=alice","amount":-5,"reason":"the demo"}""", key: "k1"), 409);
        (await Problem.OfAsync(await service.PostAsync(Path, """{"scope":"user=alice","amount":9000000000,"reason":"r"}"""), 400))["errors"]!["amount"]![0]!.ToString()
            .Should().Contain("would be more than a limit may be");
    }

    [Fact]
    public async Task A_denial_and_the_headers_show_it()
    {
        await using var service = await ServiceApp.StartAsync();
        await service.PostForJsonAsync(Path, """{"scope":"user=alice","amount":5,"reason":"the demo"}""");

        var problem = await Problem.OfAsync(await service.PostAsync("/spend", """{"provider":"openai","userId":"alice","cost":16}"""), 402);

        var state = problem["budgets"]!.AsArray().First(budget => (string)budget!["scope"]! == "user=alice")!;
        ((string)state["limit"]!, (string)state["allowance"]!, (string)state["remaining"]!).Should().Be(("10", "5", "15"));
    }
}
