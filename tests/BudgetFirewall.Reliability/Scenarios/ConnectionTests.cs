namespace BudgetFirewall.Reliability;

/// <summary>What may happen to a connection beside what the rows of faults name.</summary>
public sealed class ConnectionTests : Scenario
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", UserId = "alice", Cost = 1m };

    [Fact]
    public async Task A_connection_that_is_dead_without_a_word_is_replaced()
    {
        var proxy = StartProxy(await StartServerAsync());
        var firewall = Firewall(proxy.Address, Configure);
        await Until.TrueAsync(async () => (await firewall.TrySpendAsync(Call)).IsAllowed, TimeSpan.FromMinutes(1));

        proxy.SilenceAll();

        (await firewall.TrySpendAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        await Until.TrueAsync(async () => (await firewall.TrySpendAsync(Call)).IsAllowed, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task What_was_denied_before_there_was_a_connection_is_not_done_once_there_is_one()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, Configure);
        await server.PauseAsync();

        var away = await firewall.TrySpendAsync(Call with { Cost = 3m });
        await server.ResumeAsync();
        await Until.TrueAsync(async () => (await firewall.TrySpendAsync(Call with { OperationId = "later" })).IsAllowed, TimeSpan.FromMinutes(1));

        away.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await TotalsAsync(firewall)).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task What_was_denied_while_a_connection_was_lost_is_not_done_once_there_is_one_again()
    {
        var proxy = StartProxy(await StartServerAsync());
        var firewall = Firewall(proxy.Address, Configure);
        await Until.TrueAsync(async () => (await firewall.TrySpendAsync(Call with { OperationId = "before" })).IsAllowed, TimeSpan.FromMinutes(1));
        proxy.Faults = new() { RefusesConnections = true };
        proxy.ResetAll();

        var away = await firewall.TrySpendAsync(Call with { Cost = 3m });
        proxy.Faults = ProxyFaults.None;
        await Until.TrueAsync(async () => (await firewall.TrySpendAsync(Call with { OperationId = "later" })).IsAllowed, TimeSpan.FromMinutes(1));

        away.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await TotalsAsync(firewall)).Should().Be((2m, 0m));
    }

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000m });
        options.StoreTimeout = TimeSpan.FromSeconds(1);
    }
}
