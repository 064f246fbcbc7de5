using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>One process with a firewall in memory or in Redis, whose pools are told to the ledger of a test.</summary>
internal sealed class PooledProcess(ServiceProvider services, FaultyDocuments store) : IAsyncDisposable
{
    public IBudgetFirewall Firewall { get; } = services.GetRequiredService<IBudgetFirewall>();

    public ILedgerFeed Feed { get; } = services.GetRequiredService<ILedgerFeed>();

    public FaultyDocuments Store => store;

    /// <param name="redis">The connection to the server; null for a firewall in memory.</param>
    /// <param name="prefix">The prefix of the server's keys.</param>
    /// <param name="clock">The process's clock.</param>
    /// <param name="openLedger">Opens the ledger.</param>
    /// <param name="configure">Changes the options.</param>
    public static PooledProcess Start(IConnectionMultiplexer? redis, string prefix, TimeProvider clock, Func<ILedger> openLedger, Action<BudgetFirewallOptions> configure)
    {
        FaultyDocuments? faulty = null;
        var services = new ServiceCollection().AddSingleton(clock);
        var builder = services.AddBudgetFirewall(options =>
        {
            (options.StoreTimeout, options.KeyPrefix) = (TimeSpan.FromSeconds(30), prefix);
            configure(options);
        });
        if (redis is not null)
            builder = builder.UseRedis(redis);
        builder.WrapStore((inner, _) => faulty = new(inner)).UseLedger(_ => openLedger(), options => (options.RetryAfter, options.RecordDenials) = (TimeSpan.FromMilliseconds(20), false));
        var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IBudgetFirewall>();
        return new(provider, faulty!);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
