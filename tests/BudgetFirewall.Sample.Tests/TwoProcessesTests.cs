using System.Globalization;
using System.Text.Json.Nodes;
using BudgetFirewall.Redis.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Sample.Tests;

public sealed class TwoProcessesTests
{
    [Fact]
    public async Task Two_processes_at_once_share_the_budgets_and_the_hard_limits_hold_over_both_together()
    {
        await using var redis = await RedisServer.StartAsync();
        using var settings = new TemporaryFile(SettingsByTheYear());
        string[] shared = ["--redis", redis.Address, "--settings", settings.Path, "--users", "5"];

        var runs = await Task.WhenAll(SampleRun.InProcessAsync([.. shared, "--seed", "1"]), SampleRun.InProcessAsync([.. shared, "--seed", "2"]));

        runs.Should().AllSatisfy(run => (run.ExitCode, run.Errors).Should().Be((0, "")));
        runs[1].Output.Should().NotBe(runs[0].Output);
        runs.Should().AllSatisfy(run => (run.NumberOf("Calls admitted") > 0 && run.NumberOf("Calls denied") > 0).Should().BeTrue(run.Output));
        runs.Should().AllSatisfy(run => run.Output.Should().NotContain("store unavailable"));

        await using var services = new ServiceCollection()
            .AddBudgetFirewall(new ConfigurationBuilder().AddJsonFile(settings.Path).Build().GetSection("BudgetFirewall")).UseRedis(redis.Address)
            .Services.BuildServiceProvider();
        var firewall = services.GetRequiredService<IBudgetFirewall>();
        var everything = await MoneyAsync(firewall, BudgetScope.Global);
        (everything.Spent, everything.Held).Should().Be((runs.Sum(run => run.NumberOf("Total charged")), 0m));
        AssertKept(everything, runs);
        for (var i = 1; i <= 5; i++)
        {
            var user = await MoneyAsync(firewall, BudgetScope.User($"user-{i}"));
            user.Spent.Should().Be(runs.Sum(run => CostOf(run, $"user-{i}")));
            AssertKept(user, runs);
        }
    }

    /// <summary>What was spent above a hard limit is what calls took beyond their reservations, which both processes report.</summary>
    private static void AssertKept(BudgetState state, SampleRun[] runs)
    {
        state.Enforcement.Should().Be(Enforcement.Hard);
        state.Spent.Should().BeInRange(0.5m * state.Limit, state.Limit + runs.Sum(run => run.NumberOf("Above limits")));
    }

    private static async Task<BudgetState> MoneyAsync(IBudgetFirewall firewall, BudgetScope scope) =>
        (await firewall.GetStatusAsync(scope)).Budgets.Where(state => state.Unit is null && state.Period == BudgetPeriod.Year).Should().ContainSingle().Which;

    private static decimal CostOf(SampleRun run, string user)
    {
        var table = run.Output[run.Output.IndexOf("\nCost by user\n", StringComparison.Ordinal)..];
        var row = table.Split('\n').FirstOrDefault(line => line.StartsWith($"  {user} ", StringComparison.Ordinal));
        return row is null ? 0 : decimal.Parse(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
    }

    // A day could end in the middle of the test; and a busy machine is no reason to deny.
    private static string SettingsByTheYear()
    {
        var settings = JsonNode.Parse(File.ReadAllText(SampleRun.SettingsFile))!;
        settings["BudgetFirewall"]!["StoreTimeout"] = "00:00:30";
        foreach (var budget in settings["BudgetFirewall"]!["Budgets"]!.AsArray())
            budget!["Period"] ??= "Year";
        return settings.ToJsonString();
    }
}
