using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests.Outbox;

/// <summary>Firewalls with an outbox, one after the other on the same store and file, on a clock that stands still until a test moves it.</summary>
public abstract class OutboxTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("budgetfirewall-outbox-");
    private readonly MemoryBudgetStore _store;

    protected OutboxTests() => _store = new(Clock);

    protected static BudgetScope Alice { get; } = BudgetScope.User("alice");

    protected ManualTimeProvider Clock { get; } = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));

    protected RecordingObserver Observer { get; } = new();

    protected string FilePath => Path.Combine(_folder.FullName, "charges.journal");

    protected FileInfo[] CorruptFiles => _folder.GetFiles("*.corrupt-*");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected virtual IBudgetStore Around(IBudgetStore store) => new StoreDecorator(store);

    protected async Task LeaveAsync(params Func<IBudgetFirewall, Task>[] calls)
    {
        var (firewall, chaos) = Open();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        foreach (var call in calls)
            await call(firewall);
        await firewall.DisposeAsync();
    }

    // However long a delivery takes, no more time passes than it waits for.
    protected async Task DeliverAsync(IBudgetFirewall firewall) => (await Eventually.HoldsAsync(async () =>
    {
        await Clock.PassAsync(TimeSpan.FromMilliseconds(500), () => firewall.Outbox.Count == 0);
        return firewall.Outbox.Count == 0;
    })).Should().BeTrue();

    protected (IBudgetFirewall Firewall, ChaosBudgetStore Chaos) Open(string prefix = "bf", decimal price = 1m, bool isInMemory = false, ILoggerFactory? log = null,
        Action<BudgetFirewallOptions>? configure = null)
    {
        var chaos = new ChaosBudgetStore(Around(_store), Clock);
        var builder = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new Budget { Scope = Alice, Limit = 100m });
                options.Pricing.Units["record"] = price;
                options.Pricing.DefaultCostPerRequest = 0;
                options.KeyPrefix = prefix;
                options.Outbox.IsEnabled = true;
                options.Outbox.Path = isInMemory ? null : FilePath;
            })
            .Configure(configure ?? (_ => { }))
            .UseTimeProvider(Clock)
            .UseStore(_ => chaos)
            .AddObserver(Observer);
        return ((log is null ? builder : builder.UseLoggerFactory(log)).Build(), chaos);
    }

    protected static BudgetRequest Request(decimal cost) => new() { Provider = "finnhub", UserId = "alice", Cost = cost };

    protected static BudgetUsage Records(decimal count) => new() { Units = new Dictionary<string, decimal> { ["record"] = count } };
}
