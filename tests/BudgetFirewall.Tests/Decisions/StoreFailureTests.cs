using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>A caller that is denied because the store could not answer learns the cause.</summary>
public sealed class StoreFailureTests
{
    [Fact]
    public async Task The_exception_of_a_store_that_cannot_be_reached_carries_the_cause_in_its_message_and_as_its_inner_exception()
    {
        await using var firewall = Failing(new BudgetStoreException("Redis cannot be reached.", new InvalidOperationException("Connection refused")));

        var e = (await FluentActions.Awaiting(async () => await firewall.CheckAsync(Call())).Should().ThrowExactlyAsync<StoreUnavailableException>()).Which;

        e.Message.Should().Be("Denied: the budget store could not answer, so it is not known whether the request fits. Redis cannot be reached. Connection refused");
        e.InnerException.Should().BeOfType<BudgetStoreException>().Which.InnerException.Should().BeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task A_cause_that_the_message_quotes_already_is_not_repeated()
    {
        await using var firewall = Failing(new InvalidOperationException("Connection refused"));

        (await firewall.TryCheckAsync(Call())).ToString().Should().EndWith("whether the request fits. The store failed: Connection refused");
    }

    [Fact]
    public async Task A_decision_and_a_reservation_that_were_denied_tell_the_failure_without_an_exception()
    {
        await using var firewall = Failing(new BudgetStoreException("Redis cannot be reached."));

        (await firewall.TrySpendAsync(Call())).StoreFailure!.Message.Should().Be("Redis cannot be reached.");
        (await firewall.TryReserveAsync(Call())).Decision.StoreFailure!.Message.Should().Be("Redis cannot be reached.");
        (await FluentActions.Awaiting(async () => await firewall.ReserveAsync(Call())).Should().ThrowExactlyAsync<StoreUnavailableException>())
            .WithInnerException<BudgetStoreException>();
    }

    [Fact]
    public async Task So_does_a_request_that_was_let_through_without_the_store()
    {
        await using var firewall = Failing(new BudgetStoreException("Redis cannot be reached."), options => options.FailureMode = FailureMode.Allow);

        var decision = await firewall.CheckAsync(Call());

        (decision.IsDegraded, decision.StoreFailure!.Message).Should().Be((true, "Redis cannot be reached."));
    }

    [Fact]
    public async Task A_decision_of_the_store_has_no_failure()
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(Limited).Build();

        (await firewall.CheckAsync(Call())).StoreFailure.Should().BeNull();
        (await firewall.TryCheckAsync(Call() with { Cost = 99m })).StoreFailure.Should().BeNull();
    }

    [Fact]
    public void A_decision_made_for_a_fake_carries_the_failure_that_it_is_given()
    {
        var cause = new TimeoutException("Too slow.");
        var decision = new BudgetDecision { Outcome = DecisionOutcome.StoreUnavailable, StoreFailure = cause };

        FluentActions.Invoking(decision.ThrowIfDenied).Should().ThrowExactly<StoreUnavailableException>().Which.InnerException.Should().BeSameAs(cause);
    }

    private static IBudgetFirewall Failing(Exception failure, Action<BudgetFirewallOptions>? configure = null)
    {
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(TimeProvider.System));
        chaos.Strike(StoreCalls.All, new Failure(failure));
        return new BudgetFirewallBuilder().Configure(Limited).Configure(configure ?? (_ => { })).UseStore(_ => chaos).Build();
    }

    private static void Limited(BudgetFirewallOptions options) => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 10m });

    private static BudgetRequest Call() => new() { Provider = "finnhub", Cost = 1m };

    private sealed class Failure(Exception exception) : IStoreFault
    {
        public ValueTask<T> ApplyAsync<T>(Func<ValueTask<T>> call) => ValueTask.FromException<T>(exception);
    }
}
