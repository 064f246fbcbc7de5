using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall;

/// <summary>Guards the calls of an <see cref="IChatClient"/>.</summary>
/// <remarks>
/// Every call of the guarded client is reserved and charged by itself. Put it inside a client that calls tools, so that each call of the model counts,
/// and inside one that caches, so that an answer from the cache costs nothing.
/// </remarks>
public static class BudgetChatClientExtensions
{
    /// <summary>
    /// Has every call of a client decided before it is made and charged by the usage that comes back. Thread-safe, and as concurrent as the client.
    /// </summary>
    /// <param name="client">The client; it is disposed with the guarded one.</param>
    /// <param name="firewall">The firewall that decides and records; it is not disposed.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <returns>The guarded client. A call that is denied throws <see cref="BudgetDeniedException"/>, a stream at its first update, and the model is not called.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> or <paramref name="firewall"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is not valid, or the provider is neither given nor known.</exception>
    /// <example><code>
    /// IChatClient guarded = client.WithBudget(firewall, options => options.Provider = "openai");
    /// using (BudgetScopeContext.Begin(userId: "alice"))
    ///     Console.WriteLine(await guarded.GetResponseAsync("Why is the sky blue?"));
    /// </code></example>
    public static IChatClient WithBudget(this IChatClient client, IBudgetFirewall firewall, Action<BudgetChatOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(firewall);
        var options = Configured(configure);
        return new BudgetChatClient(client, firewall, options, options.Calls);
    }

    /// <summary>As the other overload, with the firewall, clock, loggers and meters of a container.</summary>
    /// <inheritdoc cref="WithBudget(IChatClient, IBudgetFirewall, Action{BudgetChatOptions})"/>
    /// <param name="client">The client; it is disposed with the guarded one.</param>
    /// <param name="services">The container, in which the firewall is registered.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> or <paramref name="services"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The firewall is not registered.</exception>
    /// <example><code>
    /// services.AddChatClient(provider).UseFunctionInvocation().Use((inner, container) => inner.WithBudget(container));
    /// </code></example>
    public static IChatClient WithBudget(this IChatClient client, IServiceProvider services, Action<BudgetChatOptions>? configure = null, string? firewallName = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(services);
        var options = Configured(configure);
        return new BudgetChatClient(client, FirewallOf(services, firewallName), options, options.Calls.CompletedFrom(services));
    }

    internal static IBudgetFirewall FirewallOf(IServiceProvider services, string? name) =>
        string.IsNullOrEmpty(name) ? services.GetRequiredService<IBudgetFirewall>() : services.GetRequiredKeyedService<IBudgetFirewall>(name);

    private static BudgetChatOptions Configured(Action<BudgetChatOptions>? configure)
    {
        var options = new BudgetChatOptions();
        configure?.Invoke(options);
        ArgumentNullException.ThrowIfNull(options.Calls);
        return options;
    }
}
