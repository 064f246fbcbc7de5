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
        (await firewall.TrySpendAsync(_request)).IsAllowed.Should().BeFalse();

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "12"));

        (await firewall.TrySpendAsync(_request)).IsAllowed.Should().BeTrue();
        var budget = (await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets.Should().ContainSingle().Which;
        (budget.Limit, budget.Spent).Should().Be((12m, 12m));
    }

    [Fact]
    public async Task An_open_reservation_survives_a_change_and_is_committed()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);
        await using var reservation = await firewall.ReserveAsync(_request);

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "5"), ("BudgetFirewall:ReservationLease", "00:00:30"));
        await reservation.CommitAsync(4m);

        var budget = (await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets.Should().ContainSingle().Which;
        (budget.Limit, budget.Spent, budget.Held).Should().Be((5m, 4m, 0m));
    }

    [Fact]
    public async Task Budgets_and_prices_come_and_go_with_the_configuration()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration,
            ("BudgetFirewall:Budgets:1:Scope", "global"), ("BudgetFirewall:Budgets:1:Limit", "0.5"),
            ("BudgetFirewall:Pricing:Providers:finnhub", "0.6"));

        firewall.Estimate(_request with { Cost = null }).Total.Should().Be(0.6m);
        var denied = await firewall.TrySpendAsync(_request with { Cost = null });
        denied.DeniedByBudgets.Should().ContainSingle().Which.BudgetId.Should().Be("global/day");
    }

    [Fact]
    public async Task A_bad_change_keeps_the_former_configuration_and_logs_every_error()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration,
            ("BudgetFirewall:Budgets:0:Limit", "1,000"), ("BudgetFirewall:Budgets:0:Limmit", "5"), ("BudgetFirewall:StoreTimeout", "5"));

        (await firewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(10m);
        var (level, id, message) = _log.Entries.Should().ContainSingle().Which;
        (level, id).Should().Be((LogLevel.Error, 100));
        message.Should().Contain("BudgetFirewall:Budgets:0:Limit must be a number such as 10, 0.05 or 1.5e-7 but is '1,000'");
        message.Should().Contain("BudgetFirewall:Budgets:0:Limmit is not a known key");
        message.Should().Contain("BudgetFirewall:StoreTimeout must be a time span");
    }

    [Fact]
    public async Task A_bad_change_that_is_corrected_takes_effect()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "ten"));
        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "20"));

        (await firewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(20m);
        _log.Entries.Select(entry => entry.Id).Should().Equal(100, 101);
    }

    [Fact]
    public async Task Configuration_that_disappears_does_not_lift_the_limits()
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration, [.. configuration.AsEnumerable().Select(pair => (pair.Key, (string?)null))]);

        (await firewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(10m);
        _log.Entries.Should().ContainSingle().Which.Id.Should().Be(100);
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

        (await firewall.Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(10m, 1m);
        (_log.Entries[0].Level, _log.Entries[0].Id).Should().Be((LogLevel.Error, 100));
    }

    [Theory]
    [InlineData("KeyPrefix", "other", "KeyPrefix must stay 'bf' until a restart but is 'other'")]
    [InlineData("PartitionBy", "tenant", "PartitionBy must stay null until a restart but is 'tenant'")]
    public async Task Where_everything_is_counted_does_not_change_while_running(string key, string value, string error)
    {
        var configuration = Daily("10");
        await using var firewall = Build(configuration);

        Change(configuration, ("BudgetFirewall:" + key, value), ("BudgetFirewall:Budgets:0:Limit", "20"));

        (await firewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(10m);
        _log.Entries.Should().ContainSingle().Which.Message.Should().Contain(error);
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

        (await firewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(11m);
        (await otherFirewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(10m);
        _log.Entries.Select(entry => entry.Id).Should().Equal(101, 100);
    }

    [Fact]
    public async Task A_disposed_firewall_no_longer_follows()
    {
        var configuration = Daily("10");
        await Build(configuration).DisposeAsync();

        Change(configuration, ("BudgetFirewall:Budgets:0:Limit", "ten"));

        _log.Entries.Should().BeEmpty();
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

            (await firewall.Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(15m);
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

        (await firewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(200m);
        _log.Entries.Should().AllSatisfy(entry => entry.Id.Should().Be(101));
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

        (await firewall.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(20m);
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
