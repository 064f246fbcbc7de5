using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>A process whose clock is wrong learns the store's, and is not told with each call.</summary>
public sealed class WrongClockTests
{
    private readonly ManualTimeProvider _clock = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task A_limit_that_follows_from_use_is_asked_for_once_and_decided_by_at_once(int daysOff)
    {
        var budget = new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, LimitFromUsage = new() { Periods = 2, Percentile = 1m, Floor = 0m, Ceiling = 50m } };
        var (firewall, store) = Firewall(daysOff, budget);
        var request = new BudgetRequest { Provider = "openai", UserId = "alice", Cost = 4m };
        await firewall.ChargeAsync(request);
        _clock.Advance(TimeSpan.FromDays(1));
        (await firewall.TryCheckAsync(request)).Budgets[0].Limit.Should().Be(4m);
        var (decisions, limits) = (store.Decisions, store.Limits);
        store.CatalogReads.Should().Be(0, "only the time was wrong");

        for (var i = 0; i < 10; i++)
            await firewall.CheckAsync(request);
        (await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets[0].Limit.Should().Be(4m);

        (store.Decisions, store.Limits).Should().Be((decisions + 10, limits));
        await firewall.DisposeAsync();
    }

    [Fact]
    public async Task A_row_of_a_schedule_is_decided_by_at_once()
    {
        var (firewall, store) = Firewall(daysOff: 3, new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, Schedule = [new() { Days = [DayOfWeek.Wednesday], Limit = 5m }] });
        var request = new BudgetRequest { Provider = "openai", UserId = "alice", Cost = 4m };
        (await firewall.TryCheckAsync(request)).Budgets[0].Limit.Should().Be(5m);
        var decisions = store.Decisions;

        (await firewall.TryCheckAsync(request)).Budgets[0].Limit.Should().Be(5m);

        store.Decisions.Should().Be(decisions + 1);
        store.CatalogReads.Should().Be(0, "only the time was wrong");
        await firewall.DisposeAsync();
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task A_budget_that_counts_by_the_stores_clock_only_is_found_before_a_request_is_denied_as_unbudgeted(int daysOff)
    {
        var today = BudgetPeriod.Once(new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));
        var (firewall, store) = Firewall(daysOff, new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, Period = today }, UnbudgetedRequests.Deny);
        var request = new BudgetRequest { Provider = "openai", UserId = "alice", Cost = 4m };

        var decision = await firewall.TrySpendAsync(request);

        (decision.IsAllowed, decision.Budgets.Single().Spent).Should().Be((true, 4m));
        store.CatalogReads.Should().Be(0, "only the time was wrong");
        _clock.Advance(TimeSpan.FromDays(1));
        (await firewall.TrySpendAsync(request)).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        await firewall.DisposeAsync();
    }

    private (IBudgetFirewall Firewall, CountedStore Store) Firewall(int daysOff, Budget budget, UnbudgetedRequests unbudgeted = UnbudgetedRequests.Allow)
    {
        var store = new CountedStore(new MemoryBudgetStore(_clock));
        var wrong = new SkewedTimeProvider(_clock, TimeSpan.FromDays(daysOff));
        var builder = new BudgetFirewallBuilder().UseTimeProvider(wrong).UseStore(_ => store).Configure(options =>
        {
            options.UnbudgetedRequests = unbudgeted;
            options.Budgets.Add(budget);
        });
        return (builder.Build(), store);
    }

    private sealed class CountedStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Decisions { get; private set; }

        public int Limits { get; private set; }

        public int CatalogReads { get; private set; }

        public override ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            CatalogReads++;
            return base.ReadCatalogAsync(partition, knownVersion);
        }

        public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            Decisions++;
            return base.DecideAsync(call);
        }

        public override ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId)
        {
            Limits++;
            return base.FreezeLimitAsync(partition, rule, scopeId);
        }
    }
}
