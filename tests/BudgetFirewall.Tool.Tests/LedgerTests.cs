using System.Text.Json.Nodes;
using BudgetFirewall.Receipts;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Tool.Tests;

public sealed class LedgerTests
{
    private static readonly string[] TheDay = ["--from", "2026-03-10", "--to", "2026-03-11"];

    [Fact]
    public async Task A_report_in_a_pipe_is_lines_of_cells_with_tabs_between_and_amounts_are_exact()
    {
        using var folder = new TemporaryFolder();
        var ledger = await RecordedDay.WriteAsync(folder);

        var run = await ToolRun.OfAsync(["report", .. TheDay, "--group-by", "user", "--ledger", "sqlite:" + ledger]);

        (run.ExitCode, run.Errors).Should().Be((0, ""));
        run.Lines[0].Should().Be("user\tamount\tcalls\tallocated");
        run.Lines[1..].Should().BeEquivalentTo("alice\t3.000000002\t2\t0", "bob\t1.5\t1\t0", "mallory\\u001B[31m\\u0009x\t0.25\t1\t0", "total\t4.750000002\t4\t0");
        run.Lines[^1].Should().StartWith("total");
        (await ToolRun.OfAsync(["report", .. TheDay, "--ledger", "sqlite:" + ledger])).Lines.Should().Equal("amount\tcalls\tallocated", "4.750000002\t4\t0");
    }

    [Fact]
    public async Task A_report_as_JSON_is_the_librarys_and_as_CSV_too()
    {
        using var folder = new TemporaryFolder();
        var ledger = await RecordedDay.WriteAsync(folder);
        string[] report = ["report", .. TheDay, "--scope", "user=alice", "--interval", "hour", "--ledger", "sqlite:" + ledger];

        var json = await ToolRun.OfAsync([.. report, "--json"]);
        var csv = await ToolRun.OfAsync([.. report, "--format", "csv"]);

        ((string?)json.Json["total"]!["amount"]).Should().Be("3.000000002");
        csv.Lines[1].Should().StartWith("2026-03-10T09:00:00Z,3.000000002,2");
    }

    [Fact]
    public async Task Entries_are_exported_to_a_file_that_is_there_only_when_it_is_whole()
    {
        using var folder = new TemporaryFolder();
        var ledger = await RecordedDay.WriteAsync(folder);

        var run = await ToolRun.OfAsync("export", "--ledger", "sqlite:" + ledger, "--output", folder.At("entries.jsonl"));
        run.ExitCode.Should().Be(0, run.Errors);
        var entries = (await File.ReadAllLinesAsync(folder.At("entries.jsonl"))).Select(line => JsonNode.Parse(line)!).ToArray();
        var failed = await ToolRun.OfAsync("export", "--ledger", "sqlite:" + folder.At("other.db"), "--output", folder.At("other.jsonl"));

        entries.Select(entry => (string?)entry["operationId"]).Should().Equal("d", "c", "b", "a");
        ((string?)entries[0]["userId"]).Should().Be(RecordedDay.HostileUser);
        ((string?)entries[3]["amount"]).Should().Be("0.000000002");
        (failed.ExitCode, failed.Errors.Contains("There is no ledger", StringComparison.Ordinal)).Should().Be((2, true));
        File.Exists(folder.At("other.jsonl")).Should().BeFalse();
        File.Exists(folder.At("other.db")).Should().BeFalse();
    }

    [Fact]
    public async Task Entries_are_exported_as_CSV_and_by_FOCUS()
    {
        using var folder = new TemporaryFolder();
        var ledger = await RecordedDay.WriteAsync(folder);

        var csv = await ToolRun.OfAsync("export", "--format", "csv", "--scope", "user=bob", "--ledger", "sqlite:" + ledger);
        var focus = await ToolRun.OfAsync("export", "--format", "focus", "--billing-account", "acme", "--ledger", "sqlite:" + ledger);
        var nobodys = await ToolRun.OfAsync("export", "--format", "focus", "--ledger", "sqlite:" + ledger);

        csv.Lines.Should().HaveCount(2);
        csv.Lines[1].Should().Contain(",spend,b,1.5,USD,openai,,chat,bob,");
        focus.Output.Should().Contain("BilledCost").And.Contain("acme");
        nobodys.ExitCode.Should().Be(2);
    }

    [Fact]
    public async Task What_if_ends_with_1_when_something_would_have_been_decided_otherwise_and_with_0_when_nothing_would()
    {
        using var folder = new TemporaryFolder();
        var ledger = await RecordedDay.WriteAsync(folder);
        var tight = folder.Settings("""{ "Budgets": [ { "Id": "tight", "Scope": "each:user", "Limit": 2 } ] }""");
        var wide = folder.Settings("""{ "Budgets": [ { "Id": "wide", "Scope": "each:user", "Limit": 200 } ] }""", "wide.json");

        var refused = await ToolRun.OfAsync(["what-if", "--against", tight, .. TheDay, "--json", "--ledger", "sqlite:" + ledger]);
        var allowed = await ToolRun.OfAsync(["what-if", "--against", wide, .. TheDay, "--ledger", "sqlite:" + ledger]);

        refused.ExitCode.Should().Be(1, refused.Errors);
        ((int?)refused.Json["newlyRefused"], (string?)refused.Json["newlyRefusedCost"]).Should().Be((1, "3"));
        var difference = refused.Json["firstDifferences"]!.AsArray().Should().ContainSingle().Subject!;
        ((string?)difference["inFact"], (string?)difference["outcome"], (string?)difference["cost"], (string?)difference["scopes"]!["user"], (string?)difference["limits"]![0]!["scope"])
            .Should().Be(("allowed", "budget_exceeded", "3", "alice", "user=alice"));
        ((int?)refused.Json["differencesLeftOut"], refused.Json["pastLimits"]!.AsArray().Count, (string?)refused.Json["limits"]![0]!["scopes"]![0]!["scope"]).Should().Be((0, 0, "user=alice"));
        allowed.ExitCode.Should().Be(0, allowed.Errors);
        allowed.Output.Should().Contain("0 of 4 calls would be refused");
    }

    [Fact]
    public async Task What_was_spent_is_restored_from_the_ledger_and_nothing_of_it_is_changed_from_outside()
    {
        using var folder = new TemporaryFolder();
        var ledger = folder.At("ledger.db");
        var config = folder.Settings("""{ "Budgets": [ { "Id": "all", "Scope": "global", "Limit": 9, "Period": "None" } ] }""");
        await using (var application = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new Budget { Id = "all", Scope = BudgetScope.Global, Limit = 9m, Period = BudgetPeriod.None });
                options.StoreTimeout = TimeSpan.FromSeconds(30);
            })
            .UseSqliteLedger($"Data Source={ledger}").Build())
            await application.ChargeAsync(new BudgetRequest { Provider = "openai", Cost = 8.000000001m });

        var status = await ToolRun.OfAsync("status", "--config", config, "--ledger", "sqlite:" + ledger);
        var alone = await ToolRun.OfAsync("status", "--config", config);
        var set = await ToolRun.OfAsync("budgets", "set", "--scope", "global", "--limit", "1", "--config", config, "--ledger", "sqlite:" + ledger);

        status.ExitCode.Should().Be(0, status.Errors);
        status.Lines.Should().Equal("budget\tscope\tcounts\tlimit\tspent\theld\tremaining\tstate", "all\tglobal\tUSD/none\t9\t8.000000001\t0\t0.999999999\twarned");
        (alone.ExitCode, set.ExitCode).Should().Be((5, 5));
        alone.Errors.Should().Contain("memory");
    }

    [Fact]
    public async Task A_ledger_that_somebody_has_changed_ends_with_1_and_names_the_entry()
    {
        using var folder = new TemporaryFolder();
        using var signer = EcdsaSigner.Generate();
        var path = folder.At("ledger.db");
        await using (var ledger = SqliteLedger.Open($"Data Source={path};Pooling=False"))
        {
            var receipts = LedgerReceipts.Of(ledger, new() { Origin = "log", Signer = signer });
            await ledger.AppendAsync([new() { Kind = LedgerEntryKind.Charge, OperationId = "a", Time = RecordedDay.Morning, AmountNanos = 5 }]);
            await new CheckpointFolder(folder.At("checkpoints")).PublishAsync(await receipts.CheckpointAsync());
        }
        await File.WriteAllTextAsync(folder.At("key.pem"), signer.Key.ToPem());
        string[] verify = ["verify", "ledger", "--origin", "log", "--public-key", folder.At("key.pem"), "--checkpoints", folder.At("checkpoints"), "--json", "--ledger", "sqlite:" + path];

        var before = await ToolRun.OfAsync(verify);
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var change = connection.CreateCommand();
            change.CommandText = "update ledger_entries set amount_nanos = 4";
            (await change.ExecuteNonQueryAsync()).Should().Be(1);
        }
        var after = await ToolRun.OfAsync(verify);

        before.ExitCode.Should().Be(0, before.Output + before.Errors);
        ((int?)before.Json["checkpoints"]).Should().BePositive();
        after.ExitCode.Should().Be(1, after.Errors);
        ((string?)after.Json["findings"]![0]!["kind"]).Should().Be("entry_changed");
    }
}
