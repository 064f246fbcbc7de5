using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>A caller who waits by blocking waits, and harms nobody else.</summary>
public sealed class BlockedCallerTests
{
    private static readonly BudgetRequest Request = new() { Provider = "openai", UserId = "alice", Cost = 1m };

    private readonly ManualTimeProvider _clock = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public async Task Blocking_on_a_pending_decision_waits_for_it()
    {
        var (firewall, chaos) = Create();
        await using var disposed = firewall;
        (await BlockedAsync(chaos, StoreCalls.Decide, () => firewall.TryCheckAsync(Request))).IsAllowed.Should().BeTrue();
        (await BlockedAsync(chaos, StoreCalls.Decide, () => firewall.CheckAsync(Request))).IsAllowed.Should().BeTrue();
        (await BlockedAsync(chaos, StoreCalls.Decide, () => firewall.TrySpendAsync(Request))).IsAllowed.Should().BeTrue();
        (await BlockedAsync(chaos, StoreCalls.Decide, () => firewall.TryReserveAsync(Request))).IsGranted.Should().BeTrue();
        (await BlockedAsync(chaos, StoreCalls.Decide, () => firewall.ChargeAsync(Request))).Cost.Should().Be(1m);
    }

    [Fact]
    public async Task Blocking_on_a_pending_commit_waits_for_it()
    {
        var (firewall, chaos) = Create();
        await using var disposed = firewall;
        var reservation = await firewall.ReserveAsync(Request);

        (await BlockedAsync(chaos, StoreCalls.Settle, () => reservation.CommitAsync(0.5m))).Cost.Should().Be(0.5m);
    }

    private static async Task<T> BlockedAsync<T>(ChaosBudgetStore chaos, StoreCalls calls, Func<ValueTask<T>> call)
    {
        var stall = new StoreStall(isDoneFirst: false);
        chaos.StrikeNext(calls, stall);
        var pending = call();
        pending.IsCompleted.Should().BeFalse();
        var blocked = Task.Run(() => Block(pending));
        await stall.EndAsync();
        return await blocked;
    }

#pragma warning disable CA2012 // Blocking is what this is about.
    private static T Block<T>(ValueTask<T> pending) => pending.GetAwaiter().GetResult();
#pragma warning restore CA2012

    private (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Create()
    {
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(_clock));
        var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m }))
            .UseTimeProvider(_clock)
            .UseStore(_ => chaos)
            .Build();
        return (firewall, chaos);
    }
}
