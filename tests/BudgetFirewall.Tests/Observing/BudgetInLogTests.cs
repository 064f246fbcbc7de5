using BudgetFirewall.Conformance;
using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>The log names the budget that has reached a warning or was overrun, and no user.</summary>
public sealed class BudgetInLogTests : IDisposable
{
    private const int WarningReached = 201;
    private const int Overrun = 202;

    private readonly RecordingLoggerFactory _log = new();

    [Fact]
    public async Task A_warning_and_an_overrun_name_each_budget_that_they_are_about()
    {
        await ChargeAsync(12m, new Budget { Scope = BudgetScope.Each("user"), Limit = 10m }, new Budget { Scope = BudgetScope.Project("search"), Limit = 5m, Id = "search-daily" });

        Messages(WarningReached).Should().BeEquivalentTo(
            "The budget 'each:user/day' on a scope of the kind user has reached 0.8 of its limit of 10.",
            "The budget 'search-daily' on a scope of the kind project has reached 0.8 of its limit of 5.");
        Messages(Overrun).Should().BeEquivalentTo(
            "The operation 'op' has charged 2 beyond the limit of the budget 'each:user/day' on a scope of the kind user.",
            "The operation 'op' has charged 7 beyond the limit of the budget 'search-daily' on a scope of the kind project.");
    }

    [Fact]
    public async Task They_name_the_unit_that_is_counted()
    {
        await ChargeAsync(0m, new Budget { Scope = BudgetScope.Global, Limit = 10m, Unit = "record" });

        Messages(WarningReached).Should().Equal("The budget 'global/day/record' on a scope of the kind global has reached 0.8 of its limit of 10 record.");
        Messages(Overrun).Should().Equal("The operation 'op' has charged 5 record beyond the limit of the budget 'global/day/record' on a scope of the kind global.");
    }

    [Theory]
    [InlineData(null, "(of one user)")]
    [InlineData("budget-of-ALICE", "(of one user)")]
    [InlineData("vip", "vip")]
    public async Task The_budget_of_one_user_is_named_without_the_user(string? id, string shown)
    {
        var budget = new Budget { Scope = BudgetScope.User("alice"), Limit = 10m };
        await ChargeAsync(12m, id is null ? budget : budget with { Id = id });

        Messages(WarningReached).Concat(Messages(Overrun)).Should().HaveCount(2).And.AllSatisfy(message => message.Should().Contain($"'{shown}'"));
        _log.Entries.Should().NotContain(entry => entry.Message.Contains("alice", StringComparison.OrdinalIgnoreCase));
    }

    public void Dispose() => _log.Dispose();

    private async Task ChargeAsync(decimal cost, params Budget[] budgets)
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.Budgets.AddRange(budgets)).UseLoggerFactory(_log).Build();
        await firewall.ChargeAsync(new()
        {
            Provider = "finnhub", UserId = "alice", ProjectId = "search", Cost = cost, OperationId = "op",
            Usage = new() { Units = new Dictionary<string, decimal> { ["record"] = 15m } },
        });
    }

    private IEnumerable<string> Messages(int id) => _log.Entries.Where(entry => entry.Id == id && entry.Level == LogLevel.Warning).Select(entry => entry.Message);
}
