using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BudgetFirewall;

/// <summary>Encrypts the secrets of subscriptions to events where they are kept.</summary>
public static class EventSecretServiceBuilderExtensions
{
    /// <summary>
    /// Encrypts secrets by the data protection of ASP.NET Core. Its keys have to last and to be shared by all processes, as <c>AddDataProtection()</c> of the application says; a secret whose key is gone has to be exchanged.
    /// </summary>
    /// <param name="builder">The builder of the firewall, before or after <c>AddEventSubscriptions</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static BudgetFirewallServiceBuilder ProtectEventSecrets(this BudgetFirewallServiceBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDataProtection();
        builder.Services.TryAddSingleton<IWebhookSecretProtector, DataProtectionSecrets>();
        return builder;
    }
}
