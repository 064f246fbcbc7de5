using System.Collections.Concurrent;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall.Conformance;

/// <summary>
/// One kind of store under test: the state that several firewalls share, as several processes would, and the clock that the store goes by.
/// </summary>
/// <remarks>
/// On some stores real time flows between two calls, and the clock can only be moved forwards. The suite therefore compares times within
/// <see cref="TimeTolerance"/> and keeps <see cref="Margin"/> away from a moment that must not be passed.
/// </remarks>
public abstract class StoreHarness : IAsyncLifetime
{
    // A machine that is busy with other tests is slow, not away; tests about a store that is away set their own.
    private static readonly TimeSpan PatientStoreTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<IBudgetFirewall> _firewalls = [];

    /// <summary>The store's time.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>How far the store's time may run on between two calls.</summary>
    public virtual TimeSpan TimeTolerance => TimeSpan.Zero;

    /// <summary>How close before a moment a test may act and still be sure to act before it.</summary>
    public virtual TimeSpan Margin => TimeSpan.FromMilliseconds(1);

    /// <summary>True when <see cref="MoveToAsync"/> may move backwards.</summary>
    public virtual bool CanMoveBackwards => false;

    /// <summary>The clock by which callers wait for the store.</summary>
    public abstract TimeProvider CallerClock { get; }

    /// <summary>How often a test repeats what it would do so often on a store without round trips.</summary>
    public virtual int Scaled(int times) => times;

    public abstract ValueTask MoveToAsync(DateTimeOffset moment);

    public virtual ValueTask AdvanceAsync(TimeSpan time) => MoveToAsync(Now + time);

    /// <summary>Lets time pass for callers who wait for the store.</summary>
    public abstract ValueTask LetCallersWaitAsync(TimeSpan time);

    /// <summary>Lets time pass for the store and for callers who wait.</summary>
    public virtual ValueTask PassAsync(TimeSpan time) => LetCallersWaitAsync(time);

    /// <summary>Ends the firewalls made so far; those made from now on share a new and empty state.</summary>
    public async ValueTask StartOverAsync()
    {
        await DisposeFirewallsAsync();
        await EmptyAsync();
    }

    /// <summary>About how many bytes the state takes. Only differences matter.</summary>
    public abstract ValueTask<long> MeasureBytesAsync();

    /// <summary>Everything that the store keeps of limits and operations, byte for byte, with the times at which it ends; empty where a store does not show it.</summary>
    public virtual ValueTask<IReadOnlyList<string>> CaptureAsync() => ValueTask.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Another client of the shared state; disposing it must leave the state alone.</summary>
    public abstract IBudgetStore CreateStore(BudgetStoreContext context);

    /// <summary>Another client of the shared state, without a firewall.</summary>
    public IBudgetStore CreateStore() =>
        CreateStore(new() { LoggerFactory = NullLoggerFactory.Instance, StoreTimeout = PatientStoreTimeout, TimeProvider = CallerClock });

    /// <summary>A firewall on the shared state. It waits for the store for as long as a busy machine may take, unless it is configured otherwise.</summary>
    public IBudgetFirewall CreateFirewall(Action<BudgetFirewallOptions> configure, params IBudgetObserver[] observers) =>
        Create(configure, CreateStore, CallerClock, observers);

    /// <summary>A firewall whose process has a wrong clock.</summary>
    public IBudgetFirewall CreateFirewallWithClockOffBy(TimeSpan error, Action<BudgetFirewallOptions> configure) =>
        Create(configure, CreateStore, new SkewedTimeProvider(CallerClock, error), []);

    /// <summary>A firewall whose store is not what the harness gives but something around it.</summary>
    public IBudgetFirewall CreateFirewallOn(Func<IBudgetStore, IBudgetStore> decorate, Action<BudgetFirewallOptions> configure, params IBudgetObserver[] observers) =>
        Create(configure, context => decorate(CreateStore(context)), CallerClock, observers);

    /// <summary>A firewall between which and its store faults can be scripted.</summary>
    public (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) CreateFragileFirewall(Action<BudgetFirewallOptions> configure, params IBudgetObserver[] observers)
    {
        ChaosBudgetStore? chaos = null;
        var firewall = CreateFirewallOn(store => chaos = new(store), configure, observers);
        return (firewall, chaos ?? throw new InvalidOperationException("The firewall was built without asking for its store."));
    }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync() => await DisposeFirewallsAsync();

    /// <summary>Makes a new and empty state.</summary>
    protected abstract ValueTask EmptyAsync();

    private IBudgetFirewall Create(
        Action<BudgetFirewallOptions> configure, Func<BudgetStoreContext, IBudgetStore> store, TimeProvider clock, IBudgetObserver[] observers)
    {
        var builder = new BudgetFirewallBuilder()
            .Configure(options => options.StoreTimeout = PatientStoreTimeout)
            .Configure(configure)
            .UseTimeProvider(clock)
            .UseStore(store);
        foreach (var observer in observers)
            builder = builder.AddObserver(observer);
        var firewall = builder.Build();
        _firewalls.Enqueue(firewall);
        return firewall;
    }

    private async ValueTask DisposeFirewallsAsync()
    {
        while (_firewalls.TryDequeue(out var firewall))
            await firewall.DisposeAsync();
    }
}
