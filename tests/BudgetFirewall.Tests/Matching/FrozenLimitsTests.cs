using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>The limits by use that a process has learnt from the store, and that it decides by until their period ends.</summary>
public sealed class FrozenLimitsTests : StoreTests<MemoryHarness>
{
    private static readonly Budget Following = Limit(BudgetScope.Each("user"), 10m) with { LimitFromUsage = new() { Periods = 2, Percentile = 1m, Floor = 0m, Ceiling = 50m } };

    [Fact]
    public async Task No_more_than_100_000_are_known_at_a_time_and_what_is_forgotten_is_asked_for_again()
    {
        const int Most = 100_000;
        var (firewall, store) = Counted();
        await firewall.Budgets.SetAsync(Following);
        for (var i = 0; i < Most; i++)
            await firewall.CheckAsync(Call(1m, $"u{i}"));
        await firewall.CheckAsync(Call(1m, "u0"));
        store.Limits.Should().Be(Most);

        foreach (var (user, asked) in new[] { ("another", 1), ("u1", 2), ("another", 2), ("u1", 2) })
        {
            await firewall.CheckAsync(Call(1m, user));
            store.Limits.Should().Be(Most + asked);
        }
    }

    [Fact]
    public async Task A_change_of_a_budget_that_leaves_its_limit_as_it_is_counts_at_once()
    {
        var (firewall, store) = Counted();
        await firewall.Budgets.SetAsync(Following);
        await firewall.ChargeAsync(Call(4m));
        await Harness.AdvanceAsync(TimeSpan.FromDays(1));
        (await firewall.TryCheckAsync(Call(5m))).IsAllowed.Should().BeFalse();
        var asked = store.Limits;

        await firewall.Budgets.SetAsync(Following with { Enforcement = Enforcement.Soft, Name = "Trial" });

        for (var i = 0; i < 2; i++)
        {
            var decision = await firewall.TryCheckAsync(Call(5m));
            (decision.IsAllowed, decision.Budgets[0].Enforcement, decision.Budgets[0].Limit).Should().Be((true, Enforcement.Soft, 4m));
        }
        store.Limits.Should().Be(asked, "the limit is known");
    }

    private (IBudgetFirewall Firewall, CountedStore Store) Counted()
    {
        CountedStore? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        return (firewall, store!);
    }

    private sealed class CountedStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Limits { get; private set; }

        public override ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId)
        {
            Limits++;
            return base.FreezeLimitAsync(partition, rule, scopeId);
        }
    }
}
