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

        Assert.Equal(1, chaos.Calls);
        await firewall.AssertStandsAtAsync(Alice, spent: 1m);
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_charge_recorded_and_a_broken_connection_does_not()
    {
        var (firewall, chaos) = Create();
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.AnswerLost);
        chaos.StrikeNext(StoreCalls.Decide, null);
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.ConnectionLost);

        await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Request(1m)));
        await firewall.ChargeAsync(Request(2m));
        await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Request(4m)));

        await firewall.AssertStandsAtAsync(Alice, spent: 3m);
    }

    [Fact]
    public async Task The_latest_of_several_lasting_faults_counts_until_all_are_healed()
    {
        var (firewall, chaos) = Create();
        chaos.Strike(StoreCalls.Decide, StoreFault.ConnectionLost);
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);

        var e = await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Request(1m)));
        chaos.Heal();

        Assert.False(e.MayHaveHappened);
        Assert.True((await firewall.TrySpendAsync(Request(1m))).IsAllowed);
    }

    [Fact]
    public async Task Chance_follows_the_seed()
    {
        var once = await OutcomesAsync(seed: 7);

        Assert.Equal(once, await OutcomesAsync(seed: 7));
        Assert.NotEqual(once, await OutcomesAsync(seed: 8));
        Assert.InRange(once.Count(isStruck => isStruck), 30, 70);
    }

    [Fact]
    public async Task Latency_passes_by_the_given_clock_and_may_end_the_waiting()
    {
        var (firewall, chaos) = Create();
        chaos.Slow(StoreCalls.Decide, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
        var pending = firewall.TrySpendAsync(Request(1m)).AsTask();

        Assert.False(pending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(DecisionOutcome.StoreUnavailable, (await pending).Outcome);
    }

    [Fact]
    public async Task A_stall_holds_calls_back_until_it_ends()
    {
        var (firewall, chaos) = Create();
        var stall = new StoreStall(isDoneFirst: false);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        var pending = firewall.ChargeAsync(Request(1m)).AsTask();

        Assert.Equal(1, stall.Waiting);
        await firewall.AssertStandsAtAsync(Alice, spent: 0);
        await stall.EndAsync();

        Assert.Equal(1m, (await pending).Cost);
        await firewall.AssertStandsAtAsync(Alice, spent: 1m);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(_clock));

        Assert.Throws<ArgumentNullException>(() => new ChaosBudgetStore(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => chaos.Strike(StoreCalls.All, StoreFault.NotReached, share: 1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => chaos.Strike(StoreCalls.All, StoreFault.NotReached, share: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => chaos.Slow(StoreCalls.All, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
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
