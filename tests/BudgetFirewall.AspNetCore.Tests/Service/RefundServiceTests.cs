namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Refunds over HTTP: of the caller's own charges, once under an id, with an entry that is found.</summary>
public sealed class RefundServiceTests
{
    private const string Paid = """{"provider":"openai","userId":"alice","cost":"2","operationId":"call/1"}""";
    private const string Path = "/charges/call%2F1/refund";

    [Fact]
    public async Task An_amount_a_true_cost_and_all_that_is_left_are_given_back()
    {
        await using var app = await PaidAsync();

        var amount = await app.Service.PostForJsonAsync(Path, """{"amount":"0.5","correctionId":"a","reason":"an outage"}""");
        var cost = await app.Service.PostForJsonAsync(Path, """{"cost":1.25,"correctionId":"b"}""");
        var rest = await app.Service.PostForJsonAsync(Path, """{"correctionId":"c"}""");
        var entry = await app.Service.GetForJsonAsync($"/cost-tracking/{(string)amount["entryId"]!}");
        var report = await app.Service.PostForJsonAsync(LedgerApp.Reports, """{"from":"2030-01-01","to":"2031-01-01"}""");

        new[] { amount, cost, rest }.Select(refund => $"{refund["correctionId"]} {refund["operationId"]} {refund["amount"]} {refund["cost"]} {refund["isReplay"]}")
            .Should().Equal("a call/1 0.5 1.5 false", "b call/1 0.25 1.25 false", "c call/1 1.25 0 false");
        amount["counters"]!.AsArray().Select(counter => $"{counter!["family"]} {counter["scope"]} {counter["amount"]}").Should().BeEquivalentTo("user/day user=alice 0.5", "global/month global 0.5");
        new[] { "kind", "operationId", "amount", "reason", "userId", "correctedEntryId" }.Select(name => (string)entry[name]!)
            .Should().Equal("correction", "a", "-0.5", "an outage", "alice", (string)amount["correctedEntryId"]!);
        ((string)report["total"]!["amount"]!, (long)report["total"]!["count"]!).Should().Be(("0", 1));
    }

    [Fact]
    public async Task The_header_gives_the_id_and_a_repetition_is_a_replay_or_a_conflict()
    {
        await using var app = await PaidAsync();

        var first = await Problem.JsonAsync(await app.Service.SendAsync(HttpMethod.Post, Path, """{"amount":1}""", key: "note"));
        var again = await app.Service.PostForJsonAsync(Path, """{"amount":"1.0","correctionId":"note"}""");

        ((bool)first["isReplay"]!, (bool)again["isReplay"]!, (string)again["entryId"]!).Should().Be((false, true, (string)first["entryId"]!));
        await Problem.OfAsync(await app.Service.PostAsync(Path, """{"amount":"0.5","correctionId":"note"}"""), 409);
        ((string)(await Problem.OfAsync(await app.Service.PostAsync(Path, """{"amount":"1.5","correctionId":"more"}"""), 409))["type"]!).Should().Be("urn:budgetfirewall:correction-too-large");
    }

    [Fact]
    public async Task What_is_no_refund_is_a_problem_that_names_the_field_and_changes_nothing()
    {
        await using var app = await PaidAsync();
        (string Body, string Field)[] bad =
        [
            ("""{"amount":1}""", "correctionId"), ("""{"amount":0,"correctionId":"x"}""", "amount"), ("""{"amount":-1,"correctionId":"x"}""", "amount"),
            ("""{"amount":"0.0000000001","correctionId":"x"}""", "amount"), ("""{"amount":9000000001,"correctionId":"x"}""", "amount"), ("""{"cost":-1,"correctionId":"x"}""", "cost"),
            ("""{"cost":1,"amount":1,"correctionId":"x"}""", "cost"), ("""{"correctionId":""}""", "correctionId"), ($$"""{"correctionId":"{{new string('x', 257)}}"}""", "correctionId"),
            ($$"""{"correctionId":"x","reason":"{{new string('x', 257)}}"}""", "reason"), ("""{"correctionId":"x","by":"me"}""", "by"), ("""{"correctionId":"x","operationId":"y"}""", "operationId"),
        ];
        foreach (var (body, field) in bad)
            (await Problem.OfAsync(await app.Service.PostAsync(Path, body), 400))["errors"]!.AsObject().Should().ContainSingle().Which.Key.Should().Be(field, body);
        (await Problem.OfAsync(await app.Service.PostAsync(Path + "?partition=eu", """{"correctionId":"x"}"""), 400))["errors"]!.AsObject().Should().ContainSingle().Which.Key.Should().Be("partition");
        await Problem.OfAsync(await app.Service.PostAsync("/charges/nothing/refund", """{"correctionId":"x"}"""), 404);
        await Problem.OfAsync(await app.Service.PostAsync("/charges/%27%20or%201%3D1/refund", """{"correctionId":"'; drop table ledger_corrections"}"""), 404);
        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Post, Path, """{"correctionId":"x"}""", mediaType: "text/plain"), 415);

        (await app.FindAsync("?kind=correction")).Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_ledger_it_is_501()
    {
        await using var service = await ServiceApp.StartAsync();

        (await Problem.OfAsync(await service.PostAsync(Path, """{"correctionId":"x"}"""), 501))["type"]!.GetValue<string>().Should().Be("urn:budgetfirewall:ledger-missing");
    }

    private static async Task<LedgerApp> PaidAsync()
    {
        var app = await LedgerApp.StartAsync();
        await app.RecordAsync(Paid);
        return app;
    }
}
