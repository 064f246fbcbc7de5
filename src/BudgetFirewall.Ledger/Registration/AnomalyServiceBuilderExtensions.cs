using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Finds anomalies and burn rates in the ledger of a firewall. Registers <see cref="ILedgerAnomalies"/>, plain for the unnamed firewall and keyed by its name for a named one.
/// </summary>
/// <example><code>
/// services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall"))
///     .UseSqliteLedger("Data Source=ledger.db")
///     .AddEventSubscriptions()
///     .AddAnomalyDetection(options => options.TimeZone = "Europe/Berlin");
/// </code></example>
public static class AnomalyServiceBuilderExtensions
{
    /// <summary>Looks for anomalies and burn rates, in one process at a time, from when the firewall is made. What is found is told to subscriptions, and to the channels of the process that finds it.</summary>
    /// <param name="builder">The builder of a firewall with a ledger of SQLite or PostgreSQL.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static BudgetFirewallServiceBuilder AddAnomalyDetection(this BudgetFirewallServiceBuilder builder, Action<AnomalyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _ = AnomalyOptions.From(configure);
        var name = builder.Name;
        Action<BudgetEvent> raise = static _ => { };
        Add(builder, provider => LedgerAnomalies.Open(
            LedgerServiceBuilderExtensions.Get<ILedger>(provider, name),
            configure,
            () => LedgerServiceBuilderExtensions.Get<IBudgetFirewall>(provider, name),
            e => raise(e),
            provider.GetService<TimeProvider>(),
            provider.GetService<ILoggerFactory>()));
        Add<ILedgerAnomalies>(builder, provider => LedgerServiceBuilderExtensions.Get<LedgerAnomalies>(provider, name));
        // It begins with the firewall; and as it is made before, the container closes it after.
        return builder.WrapStore((inner, context) =>
        {
            raise = context.RaiseEvent;
            LedgerServiceBuilderExtensions.Get<LedgerAnomalies>(context.Services!, name).Start();
            return inner;
        });
    }

    private static void Add<T>(BudgetFirewallServiceBuilder builder, Func<IServiceProvider, T> make) where T : class =>
        _ = builder.Name is null ? builder.Services.AddSingleton(make) : builder.Services.AddKeyedSingleton(builder.Name, (provider, _) => make(provider));
}
