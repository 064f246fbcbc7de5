using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Tests that do to their server what others should not suffer.</summary>
public abstract class OwnServerTests : IAsyncLifetime
{
    // A busy machine is slow, not away; tests about a server that is away set their own.
    private static readonly TimeSpan PatientStoreTimeout = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _disposables = [];

    internal RecordingLogger Log { get; } = new();

    protected static Budget Limit(decimal limit, BudgetPeriod? period = null) => new() { Scope = BudgetScope.User("alice"), Limit = limit, Period = period ?? BudgetPeriod.Day };

    protected static BudgetRequest Call(decimal cost, string? id = null) => new() { Provider = "openai", UserId = "alice", Cost = cost, OperationId = id };

    internal async Task<RedisServer> StartServerAsync(params string[] settings)
    {
        var server = await RedisServer.StartAsync(settings);
        _disposables.Add(server);
        return server;
    }

    protected IBudgetFirewall Firewall(string address, Action<BudgetFirewallOptions> configure, Action<RedisBudgetStoreOptions>? redis = null)
    {
        var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.StoreTimeout = PatientStoreTimeout)
            .Configure(configure)
            .UseLoggerFactory(Log)
            .UseRedis(address, redis)
            .Build();
        _disposables.Add(firewall);
        return firewall;
    }

    protected RedisBudgetStore Store(string address, RedisBudgetStoreOptions? options = null, TimeSpan? timeout = null, TimeProvider? clock = null)
    {
        var context = new BudgetStoreContext { LoggerFactory = Log, StoreTimeout = timeout ?? PatientStoreTimeout, TimeProvider = clock ?? TimeProvider.System };
        var store = new RedisBudgetStore(context, ConfigurationOptions.Parse(address), options);
        _disposables.Add(store);
        return store;
    }

    protected static async Task<decimal> SpentAsync(IBudgetFirewall firewall) =>
        (await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets.Should().ContainSingle().Which.Spent;

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        _disposables.Reverse();
        foreach (var disposable in _disposables)
            await disposable.DisposeAsync();
    }
}
