using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>One process with a firewall in memory or in Redis, whose ledger is in the database of a test.</summary>
internal sealed class CorrectedProcess(ServiceProvider services, FaultyCorrections store) : IAsyncDisposable
{
    public IBudgetFirewall Firewall { get; } = services.GetRequiredService<IBudgetFirewall>();

    public ILedger Ledger { get; } = services.GetRequiredService<ILedger>();

    public ILedgerFeed Feed { get; } = services.GetRequiredService<ILedgerFeed>();

    public ILedgerReconciliation Reconciliation { get; } = services.GetRequiredService<ILedgerReconciliation>();

    public FaultyCorrections Store => store;

    public static CorrectedProcess Start(
        IConnectionMultiplexer? redis, string prefix, TimeProvider clock, Func<ILedger> openLedger, Action<BudgetFirewallOptions> configure, Action<LedgerOptions>? configureLedger = null, IBudgetObserver? observer = null,
        int redisDatabase = -1, ILoggerFactory? log = null)
    {
        FaultyCorrections? faulty = null;
        var services = new ServiceCollection().AddSingleton(clock);
        if (log is not null)
            services.AddSingleton(log);
        if (observer is not null)
            services.AddSingleton(observer);
        var builder = services.AddBudgetFirewall(options =>
        {
            options.StoreTimeout = TimeSpan.FromSeconds(30);
            options.KeyPrefix = prefix;
            configure(options);
        });
        if (redis is not null)
            builder = builder.UseRedis(redis, options => options.Database = redisDatabase);
        builder.WrapStore((inner, _) => faulty = new(inner)).UseLedger(_ => openLedger(), options =>
        {
            options.RetryAfter = TimeSpan.FromMilliseconds(20);
            configureLedger?.Invoke(options);
        });
        var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IBudgetFirewall>();
        return new(provider, faulty!);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
