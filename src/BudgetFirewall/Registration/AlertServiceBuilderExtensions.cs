using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Makes alerts of what somebody should look at. Registers <see cref="IAlerts"/>, plain for the unnamed firewall and keyed by its name for a named one.</summary>
/// <example><code>
/// services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall"))
///     .UseSqliteLedger("Data Source=ledger.db")
///     .AddEventChannel&lt;LogChannel&gt;()
///     .AddAlerts();
/// </code></example>
public static class AlertServiceBuilderExtensions
{
    /// <summary>
    /// Makes alerts of events, and looks at budgets and open alerts every minute, from the start of the host or the first use of the firewall on. With a ledger of SQLite or PostgreSQL alerts are in its database, and one process at a
    /// time looks; without one each process has its own. The rules are those of the firewall's options: <see cref="BudgetFirewallOptions.Alerts"/>, in configuration <c>Alerts</c>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; null: those of the configuration, or the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static BudgetFirewallServiceBuilder AddAlerts(this BudgetFirewallServiceBuilder builder, Action<AlertOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (services, name) = (builder.Services, builder.Name);
        if (configure is not null)
            services.Configure<BudgetFirewallOptions>(name ?? Options.DefaultName, options => configure(options.Alerts));
        if (services.Any(service => service.ServiceType == typeof(FirewallAlerts) && Equals(service.ServiceKey, name)))
            return builder;
        Add(services, name, provider => Make(provider, name));
        Add<IAlerts>(services, name, provider => FirewallServices.Get<FirewallAlerts>(provider, name));
        Add<IEventChannel>(services, name, provider => FirewallServices.Get<FirewallAlerts>(provider, name));
        services.AddSingleton<IValidateOptions<AlertStart>>(provider => new AlertStartCheck(name, provider));
        services.AddOptions<AlertStart>(name ?? Options.DefaultName).ValidateOnStart();
        // Made before the firewall, and so closed after it.
        return builder.WrapStore((inner, context) =>
        {
            FirewallServices.Get<FirewallAlerts>(context.Services!, name).Start(context.RaiseEvent);
            return inner;
        });
    }

    private static FirewallAlerts Make(IServiceProvider provider, string? name)
    {
        var store = name is null ? provider.GetService<IAlertStore>() : provider.GetKeyedService<IAlertStore>(name);
        var settings = FirewallServices.Get<SettingsSource>(provider, name);
        return new(
            store ?? new MemoryAlertStore(),
            () => settings.Current,
            () => FirewallServices.Get<IBudgetFirewall>(provider, name),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            EscapingLoggerFactory.Of(provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Alerts"),
            name);
    }

    private static void Add<T>(IServiceCollection services, string? name, Func<IServiceProvider, T> make) where T : class =>
        _ = name is null ? services.AddSingleton(make) : services.AddKeyedSingleton(name, (provider, _) => make(provider));
}
