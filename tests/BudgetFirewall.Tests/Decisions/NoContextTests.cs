using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Callers whose thread has a context of its own, as a window's: nothing inside the library goes on in it, so that one who blocks is answered.</summary>
public sealed class NoContextTests : StoreTests<MemoryHarness>
{
    [Fact]
    public void A_caller_who_blocks_its_own_context_is_answered()
    {
        var store = new MemoryBudgetStore(TimeProvider.System);
        var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(AliceLimit(100m));
                options.UnbudgetedRequests = UnbudgetedRequests.Deny;
                options.StoreTimeout = TimeSpan.FromSeconds(30);
            })
            .UseStore(_ => Slow(store))
            .Build();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new BlockedContext());
        try
        {
            Wait(firewall.Budgets.SetAsync(Limit(BudgetScope.Global, 100m)).AsTask());
            Wait(firewall.TryCheckAsync(Call(1m)).AsTask());
            Wait(store.SetBudgetAsync(null, Wait(store.ReadWholeCatalogAsync(null).AsTask()).Version, Limit(ProviderScope, 100m)).AsTask());
            Wait(firewall.TrySpendAsync(Call(1m)).AsTask()).Budgets.Count.Should().Be(3);
            Wait(firewall.ChargeAsync(Call(1m)).AsTask());
            var reservation = Wait(firewall.ReserveAsync(Call(1m)).AsTask());
            Wait(reservation.ExtendAsync(TimeSpan.FromMinutes(9)).AsTask());
            Wait(reservation.CommitAsync(1m).AsTask());
            Wait(Wait(firewall.ReserveAsync(Call(1m)).AsTask()).ReleaseAsync().AsTask());
            Wait(Wait(firewall.ReserveAsync(Call(1m)).AsTask()).DisposeAsync().AsTask());
            Wait(firewall.CommitAsync(Wait(firewall.ReserveAsync(Call(1m)).AsTask()).Id, 1m).AsTask());
            Wait(firewall.ExtendAsync(Wait(firewall.ReserveAsync(Call(1m, id: "kept")).AsTask()).Id, TimeSpan.FromMinutes(9)).AsTask());
            Wait(firewall.ReleaseAsync("kept").AsTask());
            Wait(firewall.Budgets.ResetAsync("user=alice/day", AliceScope).AsTask());
            Wait(firewall.Budgets.ListAsync().AsTask());
            Wait(firewall.GetStatusAsync(AliceScope).AsTask());
            Wait(firewall.Budgets.RemoveAsync("global/day").AsTask());
            Wait(firewall.TrySpendAsync(new() { Provider = "another", Cost = 1m, OperationId = "two" }).AsTask()).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
            Fault(firewall.TrySpendAsync(Call(id: "one") with { Model = "never-heard-of", Usage = BudgetUsage.Tokens(1, 1) }).AsTask()).Should().BeOfType<UnknownPriceException>();
        }
        finally
        {
            Wait(firewall.DisposeAsync().AsTask());
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static ChaosBudgetStore Slow(IBudgetStore store)
    {
        var slow = new ChaosBudgetStore(store);
        slow.Slow(StoreCalls.All, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        return slow;
    }

    private static T Wait<T>(Task<T> task)
    {
        Wait((Task)task);
        return task.Result;
    }

    private static void Wait(Task task) => task.Wait(TimeSpan.FromMinutes(1)).Should().BeTrue("The caller waits for its own context.");

    private static Exception Fault(Task task) => FluentActions.Invoking(() => task.Wait(TimeSpan.FromMinutes(1))).Should().ThrowExactly<AggregateException>().Which.InnerException!;

    /// <summary>A context that does nothing, because its one thread waits.</summary>
    private sealed class BlockedContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }

        public override void Send(SendOrPostCallback d, object? state)
        {
        }
    }
}
