using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Budgets that change while a decision is being made.</summary>
public sealed class ChangingCatalogTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task Budgets_that_change_faster_than_a_decision_is_made_end_in_a_denial()
    {
        var observer = new RecordingObserver();
        RestlessStore? restless = null;
        var firewall = Harness.CreateFirewallOn(store => restless = new(store), options => options.Budgets.Add(AliceLimit(10m)), observer);

        var decision = await firewall.TrySpendAsync(Call(1m));

        decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (restless!.Decisions, restless.CatalogReads).Should().Be((16, 16));
        (await Eventually.HoldsAsync(() => !observer.Troubles.IsEmpty)).Should().BeTrue();
        observer.Troubles.Should().ContainSingle().Which.Exception.Message.Should().Be("The budgets were changed faster than a decision could be made.");
    }

    [Fact]
    public async Task A_charge_that_met_them_has_certainly_not_happened()
    {
        var firewall = Harness.CreateFirewallOn(store => new RestlessStore(store), options => options.Budgets.Add(AliceLimit(10m)));

        var e = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        e.MayHaveHappened.Should().BeFalse();
    }

    /// <summary>Always has a newer catalog than anybody knows.</summary>
    private sealed class RestlessStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Decisions { get; private set; }

        public int CatalogReads { get; private set; }

        public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            Decisions++;
            return new(new DecisionAnswer { Status = DecisionStatus.StaleCatalog, Now = default });
        }

        public override ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            CatalogReads++;
            return base.ReadCatalogAsync(partition, knownVersion);
        }
    }
}
