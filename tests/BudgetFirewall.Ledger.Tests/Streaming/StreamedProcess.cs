using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A firewall with Redis and a ledger, as a process of its own has it.</summary>
internal sealed class StreamedProcess(ServiceProvider services) : IAsyncDisposable
{
    public IBudgetFirewall Firewall { get; } = services.GetRequiredService<IBudgetFirewall>();

    public ILedgerFeed Feed { get; } = services.GetRequiredService<ILedgerFeed>();

    public ILedgerReconciliation Reconciliation { get; } = services.GetRequiredService<ILedgerReconciliation>();

    public static StreamedProcess Start(IConnectionMultiplexer? redis, string prefix, Func<ILedger> open, Action<BudgetFirewallOptions> configure, Action<LedgerOptions>? ledger = null) =>
        new(ServicesOf(redis, prefix, open, configure, ledger));

    public static ServiceProvider ServicesOf(IConnectionMultiplexer? redis, string prefix, Func<ILedger> open, Action<BudgetFirewallOptions> configure, Action<LedgerOptions>? ledger = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddBudgetFirewall(options =>
        {
            options.StoreTimeout = TimeSpan.FromSeconds(30);
            configure(options);
        });
        (redis is null ? builder : builder.UseRedis(redis, options => options.KeyPrefix = prefix))
            .UseLedger(_ => open(), options =>
            {
                (options.RetryAfter, options.TakeOverAfter, options.RecordDenials) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1), false);
                ledger?.Invoke(options);
            });
        return services.BuildServiceProvider();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
