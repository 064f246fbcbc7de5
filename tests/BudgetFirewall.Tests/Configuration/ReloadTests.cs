using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests.Configuration;

public sealed class ReloadTests : IDisposable
{
    private readonly BudgetRequest _request = new() { Provider = "finnhub", UserId = "alice", Cost = 6 };
    private readonly RecordingLoggerFactory _log = new();

    [Fact]
    public async Task A_changed_limit_is_in_force_at_the_next_decision_and_what_was_spent_stays()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);
        await firewall.SpendAsync(_request);
        Assert.False((await firewall.TrySpendAsync(_request)).IsAllowed);

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "12"));

        Assert.True((await firewall.TrySpendAsync(_request)).IsAllowed);
        var budget = Assert.Single((await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets);
        Assert.Equal((12m, 12m), (budget.Limit, budget.Spent));
    }

    [Fact]
    public async Task An_open_reservation_survives_a_change_and_is_committed()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);
        await using var reservation = await firewall.ReserveAsync(_request);

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "5"), ("BudgetFirewall:ReservationLease", "00:00:30"));
        await reservation.CommitAsync(4m);

        var budget = Assert.Single((await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets);
        Assert.Equal((5m, 4m, 0m), (budget.Limit, budget.Spent, budget.Held));
    }

    [Fact]
    public async Task Budgets_and_prices_come_and_go_with_the_configuration()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration,
            ("BudgetFirewall:Budgets:1:Scope", "global"), ("BudgetFirewall:Budgets:1:Limit", "0.5"),
            ("BudgetFirewall:Pricing:Providers:finnhub", "0.6"));

        Assert.Equal(0.6m, firewall.Estimate(_request with { Cost = null }).Total);
        var denied = await firewall.TrySpendAsync(_request with { Cost = null });
        Assert.Equal("global/day", Assert.Single(denied.DeniedByBudgets).BudgetId);
    }

    [Fact]
    public async Task A_bad_change_keeps_the_former_configuration_and_logs_every_error()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration,
            ("BudgetFirewall:Budgets:0:Limit", "1,000"), ("BudgetFirewall:Budgets:0:Limmit", "5"), ("BudgetFirewall:StoreTimeout", "5"));

        Assert.Equal(10m, Assert.Single(await firewall.Budgets.ListAsync()).Limit);
        var (level, id, message) = Assert.Single(_log.Entries);
        Assert.Equal((LogLevel.Error, 100), (level, id));
        Assert.Contains("BudgetFirewall:Budgets:0:Limit must be a number such as 10, 0.05 or 1.5e-7 but is '1,000'", message, StringComparison.Ordinal);
        Assert.Contains("BudgetFirewall:Budgets:0:Limmit is not a known key", message, StringComparison.Ordinal);
        Assert.Contains("BudgetFirewall:StoreTimeout must be a time span", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_change_that_is_corrected_takes_effect()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "ten"));
        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "20"));

        Assert.Equal(20m, Assert.Single(await firewall.Budgets.ListAsync()).Limit);
        Assert.Equal([100, 101], _log.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Configuration_that_disappears_does_not_lift_the_limits()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration, [.. configuration.AsEnumerable().Select(pair => (pair.Key, (string?)null))]);

        Assert.Equal(10m, Assert.Single(await firewall.Budgets.ListAsync()).Limit);
        Assert.Equal(100, Assert.Single(_log.Entries).Id);
    }

    [Fact]
    public async Task A_delegate_that_throws_on_a_change_does_not_reach_the_one_who_changed_it()
    {
        var configuration = Daily("10");
        var limit = 1m;
        await using var firewall = Builder(configuration)
            .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = limit })).Build();

        limit = -1;
        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "20"));

        Assert.Equal([10m, 1m], (await firewall.Budgets.ListAsync()).Select(budget => budget.Limit));
        Assert.Equal((LogLevel.Error, 100), (_log.Entries[0].Level, _log.Entries[0].Id));
    }

    [Theory]
    [InlineData("KeyPrefix", "other", "KeyPrefix must stay 'bf' until a restart but is 'other'")]
    [InlineData("PartitionBy", "tenant", "PartitionBy must stay null until a restart but is 'tenant'")]
    public async Task Where_everything_is_counted_does_not_change_while_running(string key, string value, string error)
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration, ("BudgetFirewall:" + key, value), ("BudgetFirewall:Budgets:0:Limit", "20"));

        Assert.Equal(10m, Assert.Single(await firewall.Budgets.ListAsync()).Limit);
        Assert.Contains(error, Assert.Single(_log.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registered_firewall_follows_its_own_section_only()
    {
        var mine = Daily("10");
        var other = Daily("10");
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(_log)
            .AddBudgetFirewall(mine.GetSection("BudgetFirewall")).Services
            .AddBudgetFirewall(other.GetSection("BudgetFirewall"), name: "other").Services
            .BuildServiceProvider();
        var firewall = services.GetRequiredService<IBudgetFirewall>();
        var otherFirewall = services.GetRequiredKeyedService<IBudgetFirewall>("other");

        Change(mine, ("BudgetFirewall:Budgets:0:Limit", "11"));
        Change(other, ("BudgetFirewall:Budgets:0:Limit", "-1"));

        Assert.Equal(11m, Assert.Single(await firewall.Budgets.ListAsync()).Limit);
        Assert.Equal(10m, Assert.Single(await otherFirewall.Budgets.ListAsync()).Limit);
        Assert.Equal([101, 100], _log.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task A_disposed_firewall_no_longer_follows()
    {
        var configuration = Daily("10");
        await Build(configuration).DisposeAsync();

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "ten"));

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task A_json_file_is_followed()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllTextAsync(file, """{ "BudgetFirewall": { "Budgets": [{ "Scope": "each:user", "Limit": 10 }, { "Scope": "global", "Limit": 50 }] } }""");
            var configuration = new ConfigurationBuilder().AddJsonFile(file).Build();
            await using var firewall = Build(configuration);

            await File.WriteAllTextAsync(file, """{ "BudgetFirewall": { "Budgets": [{ "Scope": "each:user", "Limit": 15 }] } }""");
            configuration.Reload();

            Assert.Equal([15m], (await firewall.Budgets.ListAsync()).Select(budget => budget.Limit));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Many_changes_at_once_end_with_the_last_one()
    {
        var configuration = Daily("0");
        configuration["BudgetFirewall:Currency"] = "C0";
        await using var firewall = Build(configuration);

        await Parallel.ForAsync(1, 200, (i, _) =>
        {
            Change(configuration, ("BudgetFirewall:Currency", "C" + i));
            return ValueTask.CompletedTask;
        });
        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "200"));

        Assert.Equal(200m, Assert.Single(await firewall.Budgets.ListAsync()).Limit);
        Assert.All(_log.Entries, entry => Assert.Equal(101, entry.Id));
    }

    [Fact]
    public async Task A_change_while_the_firewall_is_being_built_is_not_lost()
    {
        var configuration = Daily("10");
        var change = Task.CompletedTask;
        var builder = Builder(configuration).Configure(_ =>
        {
            if (!change.IsCompleted || configuration["BudgetFirewall:Budgets:0:Limit"] == "20")
                return;
            change = Task.Run(() => Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "20")));
            // It ends here only if nobody listens yet.
            change.Wait(TimeSpan.FromMilliseconds(200));
        });

        await using var firewall = builder.Build();
        await change;

        Assert.Equal(20m, Assert.Single(await firewall.Budgets.ListAsync()).Limit);
    }

    public void Dispose() => _log.Dispose();

    private static IConfigurationRoot Daily(string limit) => new ConfigurationBuilder()
        .AddInMemoryCollection([
            KeyValuePair.Create("BudgetFirewall:Budgets:0:Scope", (string?)"each:user"),
            KeyValuePair.Create("BudgetFirewall:Pricing:UnknownProviders", (string?)"Free"),
            KeyValuePair.Create("BudgetFirewall:Budgets:0:Limit", (string?)limit)])
        .Build();

    private static void Change(IConfigurationRoot configuration, params (string Key, string? Value)[] values)
    {
        foreach (var (key, value) in values)
            configuration[key] = value;
        configuration.Reload();
    }

    private BudgetFirewallBuilder Builder(IConfigurationRoot configuration) =>
        new BudgetFirewallBuilder().Configure(configuration.GetSection("BudgetFirewall")).UseLoggerFactory(_log);

    private IBudgetFirewall Build(IConfigurationRoot configuration) => Builder(configuration).Build();
}
