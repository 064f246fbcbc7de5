using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Reliability;

/// <summary>What the scenarios share: a seed, servers and firewalls that end with them, and the figure that each reports.</summary>
public abstract class Scenario : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _disposables = [];

    /// <summary>What everything random is drawn from: BUDGETFIREWALL_SEED, or another one each time.</summary>
    protected static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("BUDGETFIREWALL_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given)
        ? given
        : System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);

    protected Random Random { get; } = new(Seed);

    internal RecordingLogger Log { get; } = new();

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        _disposables.Reverse();
        foreach (var disposable in _disposables)
            await disposable.DisposeAsync();
    }

    /// <summary>Runs the scenario of a row, which returns its figure.</summary>
    protected static async Task RunAsync(int row, Func<Task<string>> scenario)
    {
        var watch = Stopwatch.StartNew();
        string figure;
        try
        {
            figure = await scenario();
        }
        catch (Exception e)
        {
            throw new ScenarioFailedException(row, Seed, e);
        }
        Figure.Report(row, figure, watch.Elapsed, Seed);
    }

    internal T Keep<T>(T disposable)
        where T : IAsyncDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    internal async Task<RedisServer> StartServerAsync(params string[] settings) => Keep(await RedisServer.StartAsync(settings));

    internal async Task<RedisServer> StartReplicaAsync(RedisServer primary)
    {
        var replica = await StartServerAsync("--replicaof", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture), "--repl-diskless-sync-delay", "0");
        await Until.TrueAsync(async () => ((string)(await replica.CommandAsync("INFO", "replication"))!).Contains("master_link_status:up", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
        return replica;
    }

    internal FaultProxy StartProxy(RedisServer server) => Keep(new FaultProxy(server.Port, Seed));

    protected IBudgetFirewall Firewall(string address, Action<BudgetFirewallOptions> configure, Action<RedisBudgetStoreOptions>? redis = null)
    {
        var builder = new BudgetFirewallBuilder().Configure(configure).UseLoggerFactory(Log);
        return Keep(builder.UseRedis(address + ",connectTimeout=1000", redis).Build());
    }

    /// <summary>A firewall with the budgets and rate limits of a job, which waits for long.</summary>
    protected IBudgetFirewall Reader(WorkJob job, string? address = null) => Firewall(address ?? job.Address, options =>
    {
        foreach (var budget in BudgetsOf(job))
            options.Budgets.Add(budget);
        foreach (var limit in WorkLimits.Of(job))
            options.RateLimits.Add(limit);
        options.KeyPrefix = job.Prefix;
        options.StoreTimeout = TimeSpan.FromSeconds(30);
    });

    protected static IReadOnlyList<Budget> BudgetsOf(WorkJob job)
    {
        var global = new Budget { Scope = BudgetScope.Global, Limit = job.Limit, Period = job.Period };
        return job.Users == 0 ? [global] : [global, new() { Scope = BudgetScope.Each("user"), Limit = job.UserLimit, Period = job.Period }];
    }

    protected static async Task<(decimal Spent, decimal Held)> TotalsAsync(IBudgetFirewall firewall)
    {
        var state = (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    protected static string Text(FormattableString text) => FormattableString.Invariant(text);
}
