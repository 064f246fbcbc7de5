using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Guards the calls of the client that a <see cref="ChatClientBuilder"/> builds.</summary>
/// <remarks>Clients that are used later lie further inside, so use it last, next to the provider: after <c>UseFunctionInvocation</c> and caches.</remarks>
public static class BudgetChatClientBuilderExtensions
{
    /// <summary>Has every call decided and charged by the firewall of the container that the client is built with, as <c>WithBudget</c> does.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; runs when the client is built. Null for the defaults.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <returns>The builder. Building throws <see cref="InvalidOperationException"/> when the container has no such firewall.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <example><code>
    /// services.AddChatClient(provider).UseFunctionInvocation().UseBudget();
    /// </code></example>
    public static ChatClientBuilder UseBudget(this ChatClientBuilder builder, Action<BudgetChatOptions>? configure = null, string? firewallName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => inner.WithBudget(services, configure, firewallName));
    }

    /// <summary>Has every call decided and charged by a given firewall, as <c>WithBudget</c> does.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="firewall">The firewall that decides and records; it is not disposed.</param>
    /// <param name="configure">Changes the options; runs when the client is built. Null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="firewall"/> is null.</exception>
    /// <example><code>
    /// using var client = new ChatClientBuilder(provider).UseFunctionInvocation().UseBudget(firewall).Build();
    /// </code></example>
    public static ChatClientBuilder UseBudget(this ChatClientBuilder builder, IBudgetFirewall firewall, Action<BudgetChatOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(firewall);
        return builder.Use(inner => inner.WithBudget(firewall, configure));
    }
}
