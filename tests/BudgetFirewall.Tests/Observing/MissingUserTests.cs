using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>Requests that no budget limits because they name no user. The meter is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class MissingUserTests : IDisposable
{
    private const int UserMissing = 204;

    private readonly RecordingLoggerFactory _log = new();
    private readonly MeterRecording _meter = new();

    [Theory]
    [InlineData(null)]
    [InlineData("request")]
    public async Task A_guarded_call_without_a_user_is_warned_of_once_and_counted_where_only_users_have_budgets(string? unit)
    {
        await using var firewall = Firewall(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, Unit = unit });
        using var guard = new CallGuard(firewall);

        for (var i = 0; i < 3; i++)
        {
            await using var call = await guard.BeginAsync(Call());
            await call.CommitReservedAsync();
        }

        Warnings.Should().Be(1);
        Counted.Should().Equal("operation=reserve", "operation=reserve", "operation=reserve");
    }

    [Fact]
    public async Task So_is_one_that_meets_the_budget_of_one_user_only()
    {
        await using var firewall = Firewall(new Budget { Scope = BudgetScope.User("alice"), Limit = 10m });

        await firewall.CheckAsync(Call());
        await firewall.SpendAsync(Call());

        Warnings.Should().Be(1);
        Counted.Should().Equal("operation=check", "operation=spend");
    }

    [Fact]
    public async Task So_is_one_that_meets_the_filters_of_the_budgets_of_several_users()
    {
        var budget = new Budget { Scope = BudgetScope.User("alice"), Limit = 10m, Providers = ["openai"] };
        await using var firewall = Firewall(budget, budget with { Scope = BudgetScope.User("bob") });

        await firewall.SpendAsync(Call());

        Warnings.Should().Be(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_said_of_budgets_of_users_that_are_gone(bool isFiltered)
    {
        var budget = new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, Providers = isFiltered ? ["openai"] : [] };
        await using var firewall = Firewall();
        await firewall.Budgets.SetAsync(budget);
        await firewall.Budgets.RemoveAsync(budget.Id);

        await firewall.SpendAsync(Call());

        Warnings.Should().Be(0);
    }

    [Fact]
    public async Task Nothing_is_said_of_a_request_that_names_a_user_or_meets_another_budget_or_would_meet_none()
    {
        var ofUsers = new Budget { Scope = BudgetScope.Each("user"), Limit = 10m };
        await using var firewall = Firewall(ofUsers);
        await using var global = Firewall(ofUsers, new Budget { Scope = BudgetScope.Global, Limit = 10m });
        await using var filtered = Firewall(ofUsers with { Providers = ["another"] });
        await using var inactive = Firewall(ofUsers with { IsActive = false });
        await using var projects = Firewall(new Budget { Scope = BudgetScope.Each("project"), Limit = 10m });

        await firewall.SpendAsync(Call() with { UserId = "alice" });
        foreach (var other in new[] { global, filtered, inactive, projects })
            await other.SpendAsync(Call());

        Warnings.Should().Be(0);
        Counted.Should().BeEmpty();
    }

    [Fact]
    public async Task Budgets_of_users_that_were_set_at_run_time_count_too()
    {
        await using var firewall = Firewall();
        await firewall.Budgets.SetAsync(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m });

        await firewall.SpendAsync(Call());

        Warnings.Should().Be(1);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _log.Dispose();
    }

    private int Warnings => _log.Entries.Count(entry => entry.Id == UserMissing && entry.Level == LogLevel.Warning);

    private IEnumerable<string> Counted => _meter.Of(BudgetFirewallDiagnostics.DecisionsWithoutUser).Select(measured => measured.Tags);

    private static BudgetRequest Call() => new() { Provider = "openai", Cost = 0.01m };

    private IBudgetFirewall Firewall(params Budget[] budgets) => new BudgetFirewallBuilder()
        .Configure(options =>
        {
            foreach (var budget in budgets)
                options.Budgets.Add(budget);
        })
        .UseLoggerFactory(_log)
        .Build();
}
