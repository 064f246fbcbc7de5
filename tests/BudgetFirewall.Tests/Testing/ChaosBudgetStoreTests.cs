using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests.Testing;

public sealed class ChaosBudgetStoreTests
{
    private static readonly BudgetScope Alice = BudgetScope.User("alice");

    private readonly ManualTimeProvider _clock = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public async Task Without_a_fault_every_call_passes_and_is_counted()
    {
        var (firewall, chaos) = Create();

        await firewall.ChargeAsync(Request(1m));

        chaos.Calls.Should().Be(1);
        await firewall.AssertStandsAtAsync(Alice, spent: 1m);
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_charge_recorded_and_a_broken_connection_does_not()
    {
        var (firewall, chaos) = Create();
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        chaos.StrikeNext(StoreCalls.Decide, null);
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.ConnectionLost);

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Request(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await firewall.ChargeAsync(Request(2m));
        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Request(4m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();

        await firewall.AssertStandsAtAsync(Alice, spent: 3m);
    }

    [Fact]
    public async Task The_latest_of_several_lasting_faults_counts_until_all_are_healed()
    {
        var (firewall, chaos) = Create();
        chaos.Strike(StoreCalls.Decide, StoreFault.ConnectionLost);
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        var e = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Request(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        chaos.Heal();

        e.MayHaveHappened.Should().BeFalse();
        (await firewall.TrySpendAsync(Request(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Chance_follows_the_seed()
    {
        var once = await OutcomesAsync(seed: 7);

        (await OutcomesAsync(seed: 7)).Should().Equal(once);
        (await OutcomesAsync(seed: 8)).Should().NotEqual(once);
        once.Count(isStruck => isStruck).Should().BeInRange(30, 70);
    }

    [Fact]
    public async Task Latency_passes_by_the_given_clock_and_may_end_the_waiting()
    {
        var (firewall, chaos) = Create();
        chaos.Slow(StoreCalls.Decide, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
        var pending = firewall.TrySpendAsync(Request(1m)).AsTask();

        pending.IsCompleted.Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await pending).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
    }

    [Fact]
    public async Task A_stall_holds_calls_back_until_it_ends()
    {
        var (firewall, chaos) = Create();
        var stall = new StoreStall(isDoneFirst: false);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        var pending = firewall.ChargeAsync(Request(1m)).AsTask();

        stall.Waiting.Should().Be(1);
        await firewall.AssertStandsAtAsync(Alice, spent: 0);
        await stall.EndAsync();

        (await pending).Cost.Should().Be(1m);
        await firewall.AssertStandsAtAsync(Alice, spent: 1m);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(_clock));

        FluentActions.Invoking(() => new ChaosBudgetStore(null!)).Should().ThrowExactly<ArgumentNullException>();
        FluentActions.Invoking(() => chaos.Strike(StoreCalls.All, StoreFault.NotReached, share: 1.01)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => chaos.Strike(StoreCalls.All, StoreFault.NotReached, share: double.NaN)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => chaos.Slow(StoreCalls.All, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1))).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    private async Task<bool[]> OutcomesAsync(int seed)
    {
        var (firewall, chaos) = Create(seed);
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached, share: 0.5);
        var outcomes = new bool[100];
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] = !(await firewall.TryCheckAsync(Request(0.01m))).IsAllowed;
        return outcomes;
    }

    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Create(int seed = 0)
    {
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(_clock), _clock, seed);
        var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Budgets.Add(new Budget { Scope = Alice, Limit = 10m }))
            .UseTimeProvider(_clock)
            .UseStore(_ => chaos)
            .Build();
        return (firewall, chaos);
    }

    private static BudgetRequest Request(decimal cost) => new() { Provider = "finnhub", UserId = "alice", Cost = cost };
}
