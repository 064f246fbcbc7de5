namespace BudgetFirewall.Tool.Tests;

public sealed class ServiceTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_script_of_CI_sets_a_budget_looks_at_it_and_fails_its_build_when_it_is_exceeded()
    {
        const string script = """
            set -e
            budgetfirewall budgets set --id ci --scope project=ci --limit 2 --enforcement soft
            budgetfirewall budgets list | grep -q $'^ci\tproject=ci\t2\t'
            budgetfirewall status project=ci --fail-if-exceeded
            budgetfirewall status --json | grep -q '"scope":"global"'
            curl -sS --fail-with-body -H "Authorization: Bearer $BUDGETFIREWALL_KEY" -H 'Content-Type: application/json' "$SERVICE/charge" -d '{"provider":"openai","projectId":"ci","cost":"2.000000001","operationId":"build-1"}' >/dev/null
            budgetfirewall status project=ci --fail-if-exceeded && exit 9 || [ $? -eq 1 ]
            budgetfirewall report --from 2020-01-01 --group-by project --json | grep -q '"project":"ci","amount":"2.000000001"'
            budgetfirewall refund build-1 --correction-id credit-1 --cost 1
            [ "$(budgetfirewall export --kind correction --format csv | wc -l)" -eq 2 ]
            budgetfirewall budgets reset ci
            budgetfirewall status project=ci --fail-if-exceeded --json | grep -q '"spent":"0"'
            budgetfirewall budgets remove ci
            budgetfirewall budgets remove ci && exit 9 || [ $? -eq 1 ]
            """;
        var command = $$"""budgetfirewall() { dotnet '{{ToolRun.Program}}' --url "$SERVICE" "$@"; }""";

        var run = await ToolRun.RunAsync(new("bash", ["-c", command + "\n" + script]), [("SERVICE", service.Address), ("BUDGETFIREWALL_KEY", RunningService.AdminKey)]);

        run.ExitCode.Should().Be(0, run.Output + run.Errors);
        run.Output.Should().Contain("1.000000001 USD given back of build-1, 1 left.");
    }

    [Fact]
    public async Task Keys_that_are_wrong_or_may_not_end_with_4()
    {
        var none = await ToolRun.OfAsync("status", "--url", service.Address);
        var reader = await ToolRun.OfAsync("budgets", "set", "--scope", "global", "--limit", "1", "--url", service.Address, "--key", RunningService.ReaderKey);
        var read = await ToolRun.OfAsync("budgets", "list", "--json", "--url", service.Address, "--key", RunningService.ReaderKey);

        (none.ExitCode, none.Errors.Contains("BUDGETFIREWALL_KEY", StringComparison.Ordinal)).Should().Be((4, true));
        (reader.ExitCode, reader.Output).Should().Be((4, ""));
        read.ExitCode.Should().Be(0, read.Errors);
        ((string?)read.Json["items"]![0]!["scope"]).Should().Be("each:user");
    }

    [Theory]
    [InlineData("verify reconciliation")]
    [InlineData("export --format focus --billing-account a")]
    [InlineData("refund --entry e --correction-id c")]
    [InlineData("budgets remove ..")]
    public async Task What_the_service_cannot_do_ends_with_5(string line)
    {
        var run = await AskAsync(line.Split(' '));

        (run.ExitCode, run.Output).Should().Be((5, ""), run.Errors);
    }

    [Fact]
    public async Task What_the_service_refuses_is_told_in_its_words()
    {
        var unknown = await AskAsync("refund", "never-made", "--correction-id", "c");
        var misspelt = await AskAsync("report", "--from", "2020-01-01", "--group-by", "projekt");
        var elsewhere = await ToolRun.OfAsync("status", "--url", service.Address + "/elsewhere", "--key", RunningService.AdminKey);

        (unknown.ExitCode, misspelt.ExitCode, elsewhere.ExitCode).Should().Be((1, 2, 2), unknown.Errors + misspelt.Errors + elsewhere.Errors);
        misspelt.Errors.Should().Contain("projekt");
    }

    [Fact]
    public async Task An_id_with_anything_in_it_reaches_its_own_scope_and_is_shown_harmlessly()
    {
        const string user = "a/b?c=%2F\u001B[31m";
        await service.Firewall.ChargeAsync(new BudgetRequest { Provider = "openai", UserId = user, Cost = 0.125m });

        var status = await AskAsync("status", "user=" + user);
        var json = await AskAsync("status", "user=" + user, "--json");

        status.Lines[1].Should().Be("each:user/year\tuser=a/b?c=%2F\\u001B[31m\tUSD/year\t5\t0.125\t0\t4.875\t", status.Errors);
        ((string?)json.Json["scope"]).Should().Be("user=" + user);
    }

    [Fact]
    public async Task What_if_is_asked_of_the_service()
    {
        using var folder = new TemporaryFolder();
        await service.Firewall.SpendAsync(new BudgetRequest { Provider = "openai", UserId = "what-if", Cost = 3m });

        var run = await AskAsync("what-if", "--against", folder.Settings("""{ "Budgets": [ { "Id": "tight", "Scope": "user=what-if", "Limit": 2 } ] }"""), "--from", "2020-01-01", "--json");

        run.ExitCode.Should().Be(1, run.Errors);
        ((int?)run.Json["newlyRefused"]).Should().Be(1);
        run.Json["firstDifferences"]!.AsArray().Should().ContainSingle().Which!["limits"]![0]!["limitId"]!.GetValue<string>().Should().Be("tight");
        run.Json["pastLimits"]!.AsArray().Should().NotBeNull();
        ((long?)run.Json["differencesLeftOut"]).Should().Be(0);
    }

    [Fact]
    public async Task A_budget_that_is_set_again_keeps_what_is_not_named()
    {
        await AskAsync(
            "budgets", "set", "--id", "kept", "--name", "The team", "--scope", "each:user", "--limit", "5", "--period", "week", "--time-zone", "Europe/Berlin", "--enforcement", "throttle", "--rate-per-second", "2", "--ceiling", "50",
            "--schedule", "saturday,sunday@08:00-18:00@Europe/Berlin=7.5", "--schedule", "22:00-06:00=1", "--warn-at", "0.5", "--warn-at", "0.9", "--provider", "openai", "--dimension", "tier=trial", "--dimension", "tier=paid",
            "--headroom", "batch=0.3", "--inactive");
        await AskAsync("budgets", "set", "--id", "follows", "--scope", "project=follows", "--limit", "5", "--limit-from-usage", "periods=7,floor=1,ceiling=50,factor=1.5");

        var before = await FindAsync("kept");
        var changed = await AskAsync("budgets", "set", "--id", "kept", "--limit", "6", "--json");
        var after = await FindAsync("kept");
        var cleared = await AskAsync("budgets", "set", "--id", "kept", "--clear", "schedule", "--clear", "headroom", "--queue-limit", "3", "--active", "--json");
        var hard = await AskAsync("budgets", "set", "--id", "kept", "--enforcement", "hard", "--json");
        var follows = await AskAsync("budgets", "set", "--id", "follows", "--warn-at", "0.7", "--json");
        var missing = await AskAsync("budgets", "set", "--id", "missing", "--limit", "6");

        (before!.Schedule.Count, before.Throttle!.Ceiling, before.PriorityHeadroom["batch"], before.Dimensions["tier"].Count, before.IsActive).Should().Be((2, 50m, 0.3m, 2, false));
        before.Schedule[0].Should().Be(new ScheduleRow { Days = [DayOfWeek.Saturday, DayOfWeek.Sunday], From = new(8, 0), Until = new(18, 0), TimeZone = "Europe/Berlin", Limit = 7.5m });
        after.Should().Be(before with { Limit = 6m }, changed.Output + changed.Errors);
        ((int?)cleared.Json["schedule"]?.AsArray().Count, (string?)cleared.Json["throttle"]!["queueLimit"], (string?)cleared.Json["throttle"]!["ceiling"], (bool?)cleared.Json["isActive"]).Should().Be((0, "3", "50", true));
        ((string?)hard.Json["enforcement"], hard.Json["throttle"], (string?)hard.Json["timeZone"]).Should().Be(("hard", null, "Europe/Berlin"));
        ((string?)follows.Json["limitFromUsage"]!["factor"], (string?)follows.Json["warnAt"]![0]).Should().Be(("1.5", "0.7"));
        (missing.ExitCode, missing.Errors.Contains("--scope and --limit", StringComparison.Ordinal)).Should().Be((2, true), missing.Errors);

        async Task<Budget?> FindAsync(string id) => await service.Firewall.Budgets.FindAsync(id);
    }

    [Fact]
    public async Task A_receipt_is_verified_by_the_service_and_without_it_by_the_public_key_and_a_changed_one_ends_with_1()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("key.pem"), service.PublicKey);
        await File.WriteAllTextAsync(folder.At("receipt.json"), await service.ReceiptAsync());
        await File.WriteAllTextAsync(folder.At("changed.json"), (await service.ReceiptAsync()).Replace("\"0.75\"", "\"0.76\"", StringComparison.Ordinal));

        var asked = await AskAsync("verify", "receipt", folder.At("receipt.json"));
        var alone = await ToolRun.OfAsync("verify", "receipt", folder.At("receipt.json"), "--public-key", folder.At("key.pem"), "--json");
        var changed = await ToolRun.OfAsync("verify", "receipt", folder.At("changed.json"), "--public-key", folder.At("key.pem"));
        var ledger = await ToolRun.OfAsync("verify", "ledger", "--origin", RunningService.Origin, "--public-key", folder.At("key.pem"), "--ledger", "sqlite:" + service.LedgerFile);

        (asked.ExitCode, asked.Output).Should().Be((0, "The receipt is valid.\n"), asked.Errors);
        ((bool?)alone.Json["isValid"]).Should().BeTrue();
        (changed.ExitCode, changed.Output.StartsWith("The receipt is not valid", StringComparison.Ordinal)).Should().Be((1, true), changed.Errors);
        ledger.ExitCode.Should().Be(0, ledger.Output + ledger.Errors);
        ledger.Output.Should().Contain(" 0 findings.");
    }

    private Task<ToolRun> AskAsync(params string[] arguments) => ToolRun.OfAsync([.. arguments, "--url", service.Address, "--key", RunningService.AdminKey]);
}
