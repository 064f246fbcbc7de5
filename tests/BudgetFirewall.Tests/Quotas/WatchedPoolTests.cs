using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>Firewalls with pools, whose timer, calls of the store and log are watched.</summary>
public abstract class WatchedPoolTests : PooledTests<MemoryHarness>, IDisposable
{
    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private protected static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private protected RecordingLoggerFactory Log { get; } = new() { Least = LogLevel.Debug };

    /// <summary>The store of the firewall that was built last.</summary>
    private protected PoolCalls Store { get; private set; } = null!;

    /// <summary>The clock of the firewall that was built last.</summary>
    private protected TimerWatch Clock { get; private set; } = null!;

    public void Dispose()
    {
        Log.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected IBudgetFirewall Watched(Action<BudgetFirewallOptions>? configure = null, TimeProvider? clock = null) => new BudgetFirewallBuilder()
        .Configure(options => options.StoreTimeout = TimeSpan.FromSeconds(30))
        .Configure(configure ?? (_ => { }))
        .UseTimeProvider(Clock = new(clock ?? Harness.Clock))
        .UseLoggerFactory(Log)
        .UseStore(WatchedStore)
        .Build();

    /// <summary>Waits until the timer is set to a time.</summary>
    private protected async Task SetToAsync(TimeSpan due) => (await Eventually.HoldsAsync(() => Clock.Dues is [var set] && set == due)).Should().BeTrue("the timer is to be set to {0}", due);

    private protected IBudgetStore WatchedStore(BudgetStoreContext context) => Store = new(Harness.CreateStore(context));
}
