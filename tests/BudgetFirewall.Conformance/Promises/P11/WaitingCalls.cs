using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Firewalls whose callers wait for their turns, and calls on them that are looked at while they wait.</summary>
internal sealed class WaitingCalls(StoreHarness harness)
{
    private readonly List<CountsWaiters> _stores = [];

    /// <summary>The store of the firewall that was made first.</summary>
    public CountsWaiters First => _stores[0];

    public IBudgetFirewall Firewall(Action<BudgetFirewallOptions> configure, params IBudgetObserver[] observers) => harness.CreateFirewallOn(Counting, configure, observers);

    /// <summary>A store around a firewall's, which counts who waits.</summary>
    public IBudgetStore Counting(IBudgetStore store)
    {
        _stores.Add(new(store));
        return _stores[^1];
    }

    /// <summary>Starts a call, and gives it back once it waits or has ended.</summary>
    public async Task<Task<T>> StartAsync<T>(Func<ValueTask<T>> call)
    {
        var before = _stores.Sum(store => store.Waiters);
        var task = call().AsTask();
        (await Eventually.HoldsAsync(() => task.IsCompleted || _stores.Sum(store => store.Waiters) > before)).Should().BeTrue();
        return task;
    }

    /// <summary>Lets time pass until a call has ended.</summary>
    public async Task<T> FinishAsync<T>(Task<T> waiting)
    {
        await FinishAsync((Task)waiting);
        return await waiting;
    }

    /// <summary>The same. A caller begins to wait a moment after the answer, so time passes in steps.</summary>
    public async Task FinishAsync(Task waiting)
    {
        for (var i = 0; i < 200 && !waiting.IsCompleted; i++)
        {
            await harness.PassAsync(TimeSpan.FromMilliseconds(200));
            await Task.Delay(1);
        }
        await waiting.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
