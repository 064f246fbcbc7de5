namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The ledger replayed against another configuration, over HTTP.</summary>
public sealed class WhatIfServiceTests
{
    private const string Path = "/what-if";

    [Fact]
    public async Task Another_limit_is_answered_with_what_it_would_refuse()
    {
        await using var app = await LedgerApp.StartAsync();
        foreach (var user in new[] { "alice", "alice", "bob" })
            await app.Service.PostForJsonAsync("/spend", $$"""{"provider":"openai","userId":"{{user}}","cost":"1.5"}""");

        var reply = await app.Service.PostForJsonAsync(Path, """
            {"from":"2020-01-01","to":"2190-01-01","configuration":{"Budgets":[{"Id":"tight","Scope":"each:user","Limit":2}],"RateLimits":[{"Id":"few","Scope":"global","Algorithm":"FixedWindow","Limit":100,"Window":"00:10:00"}]}}
            """);

        ((long)reply["asked"]!, (long)reply["refused"]!, (long)reply["newlyRefused"]!, (string)reply["newlyRefusedCost"]!, (long)reply["differences"]!).Should().Be((3, 1, 1, "1.5", 1));
        var limit = reply["limits"]![0]!;
        ((string)limit["id"]!, (string)limit["kind"]!, (string)limit["enforcement"]!, (long)limit["refused"]!, (string)limit["nearest"]!).Should().Be(("tight", "budget", "hard", 1, "0.75"));
        ((string)limit["scopes"]![0]!["scope"]!, (long)limit["scopes"]![0]!["refused"]!).Should().Be(("user=alice", 1));
        var difference = reply["firstDifferences"]![0]!;
        ((string)difference["inFact"]!, (string)difference["outcome"]!, (string)difference["scopes"]!["user"]!, (string)difference["limits"]![0]!["limitId"]!).Should().Be(("allowed", "budget_exceeded", "alice", "tight"));
        (await app.Service.GetForJsonAsync("/status/user/alice"))["budgets"]![0]!["spent"]!.ToString().Should().Be("3");
    }

    [Theory]
    [InlineData("""{"to":"2030-01-01","configuration":{}}""", "from")]
    [InlineData("""{"from":"2030-01-01","to":"2029-01-01","configuration":{}}""", "to")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01"}""", "configuration")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":[1]}""", "configuration")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"Budget":[]}}""", "configuration")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"Budgets":[{"Scope":"each:user","Limit":-1}]}}""", "configuration")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"Currency":"EUR"},"maxEntries":0}""", "maxEntries")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"Pricing":{"PriceFile":"/etc/passwd"}}}""", "configuration")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"pricing":{"priceFILE":"/etc/passwd"}}}""", "configuration")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"Outbox":{"IsEnabled":true}}}""", "configuration")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"Currency":"EUR"},"leadSeconds":-1}""", "leadSeconds")]
    [InlineData("""{"from":"2029-01-01","to":"2030-01-01","configuration":{"Currency":"EUR"},"topScopes":1001}""", "topScopes")]
    public async Task A_body_that_makes_no_sense_is_refused_by_its_field(string body, string field)
    {
        await using var app = await LedgerApp.StartAsync();

        var problem = await Problem.OfAsync(await app.Service.PostAsync(Path, body), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
    }

    [Fact]
    public async Task Without_a_ledger_there_is_nothing_to_replay()
    {
        await using var service = await ServiceApp.StartAsync();

        await Problem.OfAsync(await service.PostAsync(Path, """{"from":"2029-01-01","to":"2030-01-01","configuration":{"Currency":"EUR"}}"""), 501);
    }
}
