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
        await firewall.DisposeAsync();
    }

    private (IBudgetFirewall Firewall, CountedStore Store) Firewall(int daysOff, Budget budget)
    {
        var store = new CountedStore(new MemoryBudgetStore(_clock));
        var wrong = new SkewedTimeProvider(_clock, TimeSpan.FromDays(daysOff));
        return (new BudgetFirewallBuilder().UseTimeProvider(wrong).UseStore(_ => store).Configure(options => options.Budgets.Add(budget)).Build(), store);
    }

    private sealed class CountedStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Decisions { get; private set; }

        public int Limits { get; private set; }

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
