namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>What nothing prices is answered by the HTTP service as the caller's error, and costs nobody anything.</summary>
public sealed class UnpricedRequestsTests
{
    [Theory]
    [InlineData("""{"provider":"p","userId":"alice","model":"unpriced","usage":{"inputTokens":1}}""", "model", "unpriced")]
    [InlineData("""{"provider":"misspelt","userId":"alice"}""", "provider", "misspelt")]
    [InlineData("""{"provider":"misspelt","userId":"alice","usage":{"inputTokens":1}}""", "provider", "misspelt")]
    public async Task What_nothing_prices_is_400_naming_it_but_for_a_check_and_changes_nothing(string body, string field, string named)
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var before = await service.EverythingAsync();
        foreach (var path in new[] { "/reserve", "/spend", "/charge" })
        {
            var response = await service.PostAsync(path, body);
            var problem = await Problem.OfAsync(response, 400);
            ((string)problem["detail"]!).Should().Contain($"'{named}'");
            problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
        }
        var check = await service.PostForJsonAsync("/check", body);
        ((bool)check["isAllowed"]!, (bool)check["isCostUnknown"]!, (string)check["cost"]!).Should().Be((true, true, "0"));
        (await service.EverythingAsync()).Should().Be(before);
    }

    [Fact]
    public async Task What_nothing_prices_in_a_batch_says_so_in_its_result_and_does_not_stop_the_others()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        const string body = """{"requests":[{"provider":"misspelt","userId":"alice"},{"provider":"openai","userId":"alice","cost":1}]}""";

        var charges = (await service.PostForJsonAsync("/charge/batch", body))["results"]!;
        ((int)charges[0]!["status"]!, (int)charges[1]!["status"]!).Should().Be((400, 200));
        ((string)charges[0]!["error"]!["field"]!).Should().Be("requests[0].provider");
        ((string)charges[1]!["receipt"]!["cost"]!, (bool)charges[1]!["receipt"]!["isCostUnknown"]!).Should().Be(("1", false));

        var checks = (await service.PostForJsonAsync("/check/batch", body))["results"]!;
        ((int)checks[0]!["status"]!, (bool)checks[0]!["decision"]!["isCostUnknown"]!).Should().Be((200, true));
    }

    [Fact]
    public async Task A_commit_of_a_usage_that_nothing_prices_is_400_and_leaves_the_hold()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        var id = (string)(await service.PostForJsonAsync("/reserve", """{"provider":"openai","userId":"alice","usage":{"units":{"record":100}}}"""))["reservationId"]!;
        var before = await service.EverythingAsync();

        var problem = await Problem.OfAsync(await service.PostAsync($"/reservations/{id}/commit", """{"usage":{"inputTokens":1}}"""), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal("provider");
        (await service.EverythingAsync()).Should().Be(before);
        ((string)(await service.PostForJsonAsync($"/reservations/{id}/commit", """{"usage":{"units":{"record":50}}}"""))["cost"]!).Should().Be("0.05");
    }
}
