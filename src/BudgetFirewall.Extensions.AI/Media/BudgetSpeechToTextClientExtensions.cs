using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Guards the calls of a client that makes text of speech.</summary>
[Experimental("MEAI001")]
public static class BudgetSpeechToTextClientExtensions
{
    /// <summary>Has every call of a client decided before it is made, and charged by the usage that comes back, or by what was expected. Thread-safe, and as concurrent as the client.</summary>
    /// <param name="client">The client; it is disposed with the guarded one.</param>
    /// <param name="firewall">The firewall that decides and records; it is not disposed.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <returns>The guarded client. A call that is denied throws <see cref="BudgetDeniedException"/>, and the model is not called.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> or <paramref name="firewall"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is not valid, or the provider is neither given nor known.</exception>
    public static ISpeechToTextClient WithBudget(this ISpeechToTextClient client, IBudgetFirewall firewall, Action<BudgetSpeechToTextOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(firewall);
        var options = Configured(configure);
        return new BudgetSpeechToTextClient(client, firewall, options, options.Calls);
    }

    /// <summary>As the other overload, with the firewall, clock, loggers and meters of a container.</summary>
    /// <inheritdoc cref="WithBudget(ISpeechToTextClient, IBudgetFirewall, Action{BudgetSpeechToTextOptions})"/>
    /// <param name="client">The client; it is disposed with the guarded one.</param>
    /// <param name="services">The container, in which the firewall is registered.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> or <paramref name="services"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The firewall is not registered.</exception>
    public static ISpeechToTextClient WithBudget(this ISpeechToTextClient client, IServiceProvider services, Action<BudgetSpeechToTextOptions>? configure = null, string? firewallName = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(services);
        var options = Configured(configure);
        return new BudgetSpeechToTextClient(client, BudgetChatClientExtensions.FirewallOf(services, firewallName), options, options.Calls.CompletedFrom(services));
    }

    /// <summary>Has every call decided and charged by the firewall of the container that the client is built with. Use it last, next to the provider.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; runs when the client is built. Null for the defaults.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <returns>The builder. Building throws <see cref="InvalidOperationException"/> when the container has no such firewall.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static SpeechToTextClientBuilder UseBudget(this SpeechToTextClientBuilder builder, Action<BudgetSpeechToTextOptions>? configure = null, string? firewallName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => inner.WithBudget(services, configure, firewallName));
    }

    private static BudgetSpeechToTextOptions Configured(Action<BudgetSpeechToTextOptions>? configure)
    {
        var options = new BudgetSpeechToTextOptions();
        configure?.Invoke(options);
        ArgumentNullException.ThrowIfNull(options.Calls, nameof(options.Calls));
        return options;
    }
}
