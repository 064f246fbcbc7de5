using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>Runtime limits that a store has and that cannot be read: whoever they may concern is denied.</summary>
public sealed class UnreadableLimitTests : StoreTests<MemoryHarness>
{
    private static readonly UnreadableLimit BrokenBudget = new(new(LimitKind.Budget, "broken"), "it is no JSON", AliceScope);
    private static readonly UnreadableLimit BrokenRate = new(new(LimitKind.RateLimit, "broken"), "it is no JSON", BudgetScope.Each("project"));

    [Fact]
    public async Task A_request_of_the_scope_is_denied_whatever_the_failure_mode_and_told_what_to_do()
    {
        var firewall = await WithAsync(BrokenBudget);

        var denied = await firewall.TrySpendAsync(Call(1m));

        (denied.Outcome, denied.IsDegraded).Should().Be((DecisionOutcome.StoreUnavailable, false));
        denied.StoreFailure.Should().BeOfType<BudgetStoreException>().Which
            .Should().Match<BudgetStoreException>(failure => failure.IsNeverAllowed && !failure.MayHaveHappened).And.Subject.As<Exception>().Message
            .Should().Be("The runtime budget 'broken' for user=alice cannot be read, so requests of its scope are denied: it is no JSON. Set a budget with this id anew, or remove it by Budgets.RemoveAsync with this id.");
        (await firewall.TrySpendAsync(Call(1m, "bob"))).IsAllowed.Should().BeTrue();
        (await firewall.ChargeAsync(Call(1m))).Cost.Should().Be(1m, "what is spent is recorded");
    }

    [Fact]
    public async Task A_check_of_rate_limits_alone_is_denied_by_those_and_not_by_budgets()
    {
        var firewall = await WithAsync(BrokenBudget, BrokenRate);

        (await firewall.TryCheckRateLimitsAsync(Call(1m))).IsAllowed.Should().BeTrue();
        (await firewall.TryCheckRateLimitsAsync(Call(1m, project: Search))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await firewall.TryCheckAsync(Call(1m, "bob", Search))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
    }

    [Fact]
    public async Task A_change_of_the_configuration_makes_them_no_more_readable()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("BudgetFirewall:FailureMode", (string?)"Allow")]).Build();
        UnreadableStore? store = null;
        await using var firewall = new BudgetFirewallBuilder().Configure(configuration.GetSection("BudgetFirewall")).UseTimeProvider(Harness.Clock)
            .UseStore(context => store = new(Harness.CreateStore(context), BrokenBudget)).Build();
        await Firewall().Budgets.SetAsync(Limit(SearchScope, 1m));
        (await firewall.TrySpendAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        configuration["BudgetFirewall:StoreTimeout"] = "00:00:07";
        configuration.Reload();
        var reads = store!.Reads;

        (await firewall.TrySpendAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await firewall.TrySpendAsync(Call(2m, "bob", Search))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        store.Reads.Should().Be(reads, "the catalog is known");
    }

    private async Task<IBudgetFirewall> WithAsync(params UnreadableLimit[] limits)
    {
        var firewall = Harness.CreateFirewallOn(store => new UnreadableStore(store, limits), options =>
        {
            options.FailureMode = FailureMode.Allow;
            options.Budgets.Add(AliceLimit(100m));
        });
        await Firewall().Budgets.SetAsync(Limit(BudgetScope.User("carol"), 1m));
        return firewall;
    }

    /// <summary>A store whose catalog has limits that cannot be read.</summary>
    private sealed class UnreadableStore(IBudgetStore inner, params UnreadableLimit[] limits) : StoreDecorator(inner)
    {
        public int Reads { get; private set; }

        public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            Reads++;
            var changes = await base.ReadCatalogAsync(partition, knownVersion);
            return changes with { Unreadable = [.. limits], Count = changes.Count + limits.Length };
        }
    }
}
