using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Tells events to subscriptions that are kept in the firewall's ledger. Registers <see cref="IEventSubscriptions"/>, plain for the unnamed firewall and keyed by its name for a named one.
/// </summary>
/// <example><code>
/// services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall"))
///     .UseSqliteLedger("Data Source=ledger.db")
///     .AddEventSubscriptions();
/// </code></example>
public static class EventSubscriptionServiceBuilderExtensions
{
    /// <summary>Records events for the subscriptions that are to hear of them, and delivers them.</summary>
    /// <param name="builder">The builder of a firewall with a ledger of SQLite or PostgreSQL.</param>
    /// <param name="configure">Changes the options; null: the defaults. Secrets are encrypted by the <see cref="IWebhookSecretProtector"/> of the container, if there is one and the options have none, and e-mail is sent by its <see cref="IEmailSender"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static BudgetFirewallServiceBuilder AddEventSubscriptions(this BudgetFirewallServiceBuilder builder, Action<LedgerEventOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var name = builder.Name;
        Add(builder, provider => LedgerEvents.Open(
            LedgerServiceBuilderExtensions.Get<ILedger>(provider, name),
            options =>
            {
                options.SecretProtector = provider.GetService<IWebhookSecretProtector>();
                options.EmailSender = provider.GetService<IEmailSender>();
                configure?.Invoke(options);
            },
            provider.GetService<TimeProvider>(),
            provider.GetService<ILoggerFactory>()));
        Add<IEventSubscriptions>(builder, provider => LedgerServiceBuilderExtensions.Get<LedgerEvents>(provider, name));
        Add<IEventChannel>(builder, provider => LedgerServiceBuilderExtensions.Get<LedgerEvents>(provider, name));
        // It begins with the firewall, also where no event is raised; and as it is made before, the container closes it after.
        return builder.WrapStore((inner, context) =>
        {
            _ = LedgerServiceBuilderExtensions.Get<LedgerEvents>(context.Services!, name);
            return inner;
        });
    }

    private static void Add<T>(BudgetFirewallServiceBuilder builder, Func<IServiceProvider, T> make) where T : class =>
        _ = builder.Name is null ? builder.Services.AddSingleton(make) : builder.Services.AddKeyedSingleton(builder.Name, (provider, _) => make(provider));
}
