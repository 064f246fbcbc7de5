using BudgetFirewall;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="IBudgetFirewall"/>.</summary>
/// <remarks>
/// <para>Without a name the firewall is a plain singleton service; with a name it is keyed by it. Firewalls of different names share nothing.
/// Registering one name several times adds up: every delegate and section is applied to the same options, in their order.</para>
/// <para>A host checks the options when it starts, and fails with every error in one message. Without a host they are checked when the firewall is first resolved.
/// The container's <see cref="TimeProvider"/>, logger factory and meter factory are used where there are any.</para>
/// <para>The container disposes the firewall, best asynchronously; disposed synchronously it waits until the observers have heard what is queued, at most 5 seconds.</para>
/// </remarks>
/// <example><code>
/// services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall"));
/// services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m }));
/// </code></example>
public static class BudgetFirewallServiceCollectionExtensions
{
    /// <summary>Registers a firewall whose options are configured elsewhere, or not at all.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The key of the service; null or empty for the plain one.</param>
    /// <returns>A builder for its store, observers and price modifiers.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static BudgetFirewallServiceBuilder AddBudgetFirewall(this IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        name = string.IsNullOrEmpty(name) ? null : name;
        FirewallServices.Add(services, name);
        return new(services, name);
    }

    /// <summary>Registers a firewall configured by a delegate, which runs again whenever the configuration changes.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="name">The key of the service; null or empty for the plain one.</param>
    /// <returns>A builder for its store, observers and price modifiers.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="configure"/> is null.</exception>
    public static BudgetFirewallServiceBuilder AddBudgetFirewall(
        this IServiceCollection services, Action<BudgetFirewallOptions> configure, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = services.AddBudgetFirewall(name);
        services.Configure(builder.Name ?? Options.Options.DefaultName, configure);
        return builder;
    }

    /// <summary>Registers a firewall configured by a section, whose changes are taken up while running. Unknown keys are errors, and so is an empty section.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, usually <c>BudgetFirewall</c>.</param>
    /// <param name="name">The key of the service; null or empty for the plain one.</param>
    /// <returns>A builder for its store, observers and price modifiers.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="configuration"/> is null.</exception>
    public static BudgetFirewallServiceBuilder AddBudgetFirewall(this IServiceCollection services, IConfiguration configuration, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = services.AddBudgetFirewall(options => OptionsReader.Read(configuration, options), name);
        services.AddSingleton<IOptionsChangeTokenSource<BudgetFirewallOptions>>(
            new ConfigurationChangeTokenSource<BudgetFirewallOptions>(builder.Name, configuration));
        return builder;
    }

    /// <summary>Registers a firewall configured by a section and then by a delegate. What the delegate adds to a list is added to the section's entries.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, usually <c>BudgetFirewall</c>.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="name">The key of the service; null or empty for the plain one.</param>
    /// <returns>A builder for its store, observers and price modifiers.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/>, <paramref name="configuration"/> or <paramref name="configure"/> is null.</exception>
    public static BudgetFirewallServiceBuilder AddBudgetFirewall(
        this IServiceCollection services, IConfiguration configuration, Action<BudgetFirewallOptions> configure, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddBudgetFirewall(configuration, name);
        return services.AddBudgetFirewall(configure, name);
    }
}
