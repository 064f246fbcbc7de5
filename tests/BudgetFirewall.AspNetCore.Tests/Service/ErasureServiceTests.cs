using System.Text.Json.Nodes;
using BudgetFirewall.Receipts;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Persons who are erased from the ledger over HTTP.</summary>
public sealed class ErasureServiceTests
{
    private const string Path = "/cost-tracking/erasures";

    [Fact]
    public async Task A_person_is_erased_and_the_log_says_who_has_asked()
    {
        await using var app = await LedgerApp.StartAsync();
        await app.RecordAsync("""{"provider":"openai","userId":"alice","cost":1,"operationId":"alice-1"}""");
        await app.RecordAsync("""{"provider":"openai","userId":"bob","cost":2,"operationId":"two"}""");

        var erased = await app.Service.PostForJsonAsync(Path, """{"scope":"user=alice","by":"privacy","reason":"request 4711"}""");
        var again = await app.Service.PostForJsonAsync(Path, """{"scope":"user=alice"}""");
        await app.Service.PostForJsonAsync(Path, """{"scope":"user=bob"}""");

        ((string)erased["erasedId"]!, (long)erased["entries"]!, (bool)erased["isComplete"]!, erased["remainders"]!.AsArray().Count).Should().Be(("(erased 1)", 1L, true, 0));
        (again["erasedId"], (long)again["entries"]!).Should().Be((null, 0L));
        (await app.FindAsync("?user=(erased%201)")).Should().Equal("(erased 1)-1");
        (await app.FindAsync("?user=alice")).Should().BeEmpty();
        var first = await app.Service.GetForJsonAsync(Path + "?limit=1");
        var rest = await app.Service.GetForJsonAsync($"{Path}?limit=1&cursor={first["nextCursor"]}");
        LedgerApp.Items(first).Concat(LedgerApp.Items(rest)).Select(item => ((string)item["erasedId"]!, (string)item["by"]!, (string?)item["reason"], (string)item["kind"]!))
            .Should().Equal(("(erased 1)", "privacy", "request 4711", "user"), ("(erased 2)", "anonymous", null, "user"));
        rest["nextCursor"].Should().BeNull();
        $"{first}{rest}".Should().NotContain("alice").And.NotContain("bob");
    }

    [Fact]
    public async Task What_names_the_person_still_is_told()
    {
        await using var app = await LedgerApp.StartAsync();
        await app.RecordAsync("""{"provider":"openai","userId":"alice","projectId":"alice","cost":1}""");

        var erased = await app.Service.PostForJsonAsync(Path, """{"scope":"user=alice"}""");

        ((bool)erased["isComplete"]!).Should().BeFalse();
        JsonNode.DeepEquals(erased["remainders"], JsonNode.Parse("""[{"place":"other_scope","count":1,"files":[]}]""")).Should().BeTrue(erased.ToJsonString());
    }

    [Fact]
    public async Task Copies_of_a_damaged_journal_are_named_without_their_folder()
    {
        var folder = Directory.CreateTempSubdirectory("erasure").FullName;
        try
        {
            var journal = System.IO.Path.Combine(folder, "journal");
            await File.WriteAllTextAsync(journal + ".corrupt-1", "torn");
            await using var app = await LedgerApp.StartAsync(ledger: options => options.JournalPath = journal);

            var erased = await app.Service.PostForJsonAsync(Path, """{"scope":"user=alice"}""");

            JsonNode.DeepEquals(erased["remainders"], JsonNode.Parse("""[{"place":"damaged_journal","count":1,"files":["journal.corrupt-1"]}]""")).Should().BeTrue(erased.ToJsonString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("the database is away", 3, 3)]
    [InlineData(null, 3, 3)]
    [InlineData(null, 0, 1)]
    public async Task Entries_that_wait_still_are_told(string? failure, int waiting, long told)
    {
        await using var app = await LedgerApp.StartAsync(use: firewall => firewall.Services.AddSingleton<ILedgerFeed>(new StuckFeed(new(waiting, false, failure))));
        await app.Service.PostForJsonAsync(LedgerApp.Record, """{"provider":"openai","userId":"alice","cost":1,"operationId":"one"}""");

        var erased = await app.Service.PostForJsonAsync(Path, """{"scope":"user=alice"}""");

        ((bool)erased["isComplete"]!).Should().BeFalse();
        erased["remainders"]!.AsArray().Should().Contain(one => (string)one!["place"]! == "waiting" && (long)one!["count"]! == told);
    }

    [Fact]
    public async Task The_personal_kinds_are_those_of_the_receipts_and_a_partition_is_none()
    {
        using var signer = EcdsaSigner.Generate();
        await using var app = await LedgerApp.StartAsync(
            options => options.PartitionBy = "tenant",
            ledger: options => options.Receipts = new() { Origin = "example.com/ledger", Signer = signer, PersonalKinds = new HashSet<string> { "customer", "tenant" } });

        (await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Post, Path, """{"scope":"user=alice"}"""), 400))["detail"]!.GetValue<string>().Should().Contain("customer, tenant");
        (await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Post, Path, """{"scope":"tenant=acme"}"""), 400))["detail"]!.GetValue<string>().Should().Contain("partitioned by 'tenant'");
        ((string?)(await app.Service.PostForJsonAsync(Path, """{"scope":"customer=acme"}"""))["erasedId"]).Should().BeNull();
    }

    [Theory]
    [InlineData("{}", "scope")]
    [InlineData("""{"scope":"alice"}""", "scope")]
    [InlineData("""{"scope":"each:user"}""", "scope")]
    [InlineData("""{"scope":"project=x"}""", "scope")]
    [InlineData("""{"scope":"user=alice","by":""}""", "by")]
    [InlineData("""{"scope":"user=alice","reason":""}""", "reason")]
    public async Task What_cannot_be_erased_is_refused_by_its_name(string body, string field)
    {
        await using var app = await LedgerApp.StartAsync();

        (await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Post, Path, body), 400))["errors"]!.AsObject().Should().ContainSingle().Which.Key.Should().Be(field);
    }

    [Fact]
    public async Task Without_a_ledger_there_is_nothing_to_erase()
    {
        await using var service = await ServiceApp.StartAsync();

        (await Problem.OfAsync(await service.SendAsync(HttpMethod.Post, Path, """{"scope":"user=alice"}"""), 501))["type"]!.GetValue<string>().Should().Be("urn:budgetfirewall:ledger-missing");
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, Path), 501);
    }

    /// <summary>A feed that never gets on.</summary>
    private sealed class StuckFeed(LedgerFeedStatus status) : ILedgerFeed
    {
        public LedgerFeedStatus Status => status;

        public Task FlushAsync(CancellationToken cancellationToken = default) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }
}
