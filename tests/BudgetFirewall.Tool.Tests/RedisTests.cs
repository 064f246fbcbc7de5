using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Tool.Tests;

public sealed class RedisTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Budgets_that_an_application_shares_in_Redis_are_seen_and_changed_and_its_ledger_is_compared_and_corrected()
    {
        await using var redis = await RedisServer.StartAsync();
        using var folder = new TemporaryFolder();
        var ledger = folder.At("ledger.db");
        await using var application = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new Budget { Id = "team", Scope = BudgetScope.Each("user"), Limit = 5m, Period = BudgetPeriod.Year });
                options.StoreTimeout = Patience;
            })
            .UseRedis(redis.Address).UseSqliteLedger($"Data Source={ledger}").Build();
        await application.SpendAsync(new BudgetRequest { Provider = "openai", UserId = "alice", Cost = 4.000000001m, OperationId = "call-17" });
        string[] place = ["--config", folder.Settings("""{ "Budgets": [ { "Id": "team", "Scope": "each:user", "Limit": 5, "Period": "Year" } ] }"""), "--redis", redis.Address, "--ledger", "sqlite:" + ledger];

        var status = await ToolRun.OfAsync(["status", "user=alice", .. place]);
        var set = await ToolRun.OfAsync(["budgets", "set", "--id", "team", "--scope", "each:user", "--limit", "4", "--period", "year", "--by", "carol", .. place]);
        var exceeded = await ToolRun.OfAsync(["status", "user=alice", "--fail-if-exceeded", "--json", .. place]);
        var same = await ToolRun.OfAsync(["verify", "reconciliation", .. place]);
        var refund = await ToolRun.OfAsync(["refund", "call-17", "--correction-id", "credit-1", "--amount", "1.5", "--reason", "down", .. place]);
        var again = await ToolRun.OfAsync(["refund", "call-17", "--correction-id", "credit-1", "--amount", "1.5", "--reason", "down", "--json", .. place]);
        var tooMuch = await ToolRun.OfAsync(["refund", "call-17", "--correction-id", "credit-2", "--amount", "5", .. place]);
        var unnamed = await ToolRun.OfAsync(["budgets", "reset", "team", .. place]);
        var reset = await ToolRun.OfAsync(["budgets", "reset", "team", "--scope", "user=alice", .. place]);
        var removed = await ToolRun.OfAsync(["budgets", "remove", "team", .. place]);
        var gone = await ToolRun.OfAsync(["budgets", "remove", "team", .. place]);

        status.Lines.Should().Contain("team\tuser=alice\tUSD/year\t5\t4.000000001\t0\t0.999999999\twarned");
        set.Output.Should().Be("team is set: 4 of money a year for each:user.\n");
        exceeded.ExitCode.Should().Be(1, exceeded.Errors);
        ((string?)exceeded.Json["budgets"]![0]!["limit"], (bool?)exceeded.Json["budgets"]![0]!["isExceeded"]).Should().Be(("4", true));
        (same.ExitCode, same.Errors).Should().Be((0, ""));
        refund.Output.Should().Be("1.5 USD given back of call-17, 2.500000001 left.\n", refund.Errors);
        ((bool?)again.Json["isReplay"]).Should().BeTrue();
        tooMuch.ExitCode.Should().Be(1, tooMuch.Errors);
        (unnamed.ExitCode, unnamed.Errors.Contains("user=ID", StringComparison.Ordinal)).Should().Be((2, true));
        (reset.ExitCode, removed.ExitCode, gone.ExitCode).Should().Be((0, 0, 1));
        (await application.GetStatusAsync(BudgetScope.User("alice"))).Budgets.Should().ContainSingle().Which.Should().Match<BudgetState>(state => state.Spent == 0 && state.Limit == 5m);
    }

    [Fact]
    public async Task A_counter_that_the_ledger_does_not_know_of_is_a_difference_and_ends_with_1()
    {
        await using var redis = await RedisServer.StartAsync();
        using var folder = new TemporaryFolder();
        var ledger = folder.At("ledger.db");
        string[] place = ["--config", folder.Settings("""{ "Budgets": [ { "Scope": "global", "Limit": 5, "Period": "Year" } ] }"""), "--redis", redis.Address, "--ledger", "sqlite:" + ledger];
        Action<BudgetFirewallOptions> options = o =>
        {
            o.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 5m, Period = BudgetPeriod.Year });
            o.StoreTimeout = Patience;
        };
        await using (var recorded = new BudgetFirewallBuilder().Configure(options).UseRedis(redis.Address).UseSqliteLedger($"Data Source={ledger}").Build())
            await recorded.ChargeAsync(new BudgetRequest { Provider = "openai", Cost = 1m });
        await using (var unrecorded = new BudgetFirewallBuilder().Configure(options).UseRedis(redis.Address).Build())
            await unrecorded.ChargeAsync(new BudgetRequest { Provider = "openai", Cost = 0.000000001m });

        var run = await ToolRun.OfAsync(["verify", "reconciliation", "--json", .. place]);

        run.ExitCode.Should().Be(1, run.Errors);
        var difference = run.Json["differences"]!.AsArray().Should().ContainSingle().Which!;
        ((string?)difference["recorded"], (string?)difference["spent"]).Should().Be(("1", "1.000000001"));
    }
}
