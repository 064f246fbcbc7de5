using BudgetFirewall;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Guards the calls of an HttpClient made by <c>IHttpClientFactory</c>.</summary>
/// <example><code>
/// services.AddHttpClient("finnhub").AddBudgetFirewall(options => options.ExpectedUsage = new BudgetUsage { ResponseBytes = 20_480 });
/// </code></example>
public static class BudgetHttpClientBuilderExtensions
{
    /// <summary>
    /// Has every call of this client decided and charged by the container's <see cref="IBudgetFirewall"/>. Handlers added before this one lie around it and those added later lie within:
    /// add it after a retry handler to charge each attempt, and before it to charge all attempts as one call.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the options; null for the defaults. Runs here, once.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <returns>The client's builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHttpClientBuilder AddBudgetFirewall(this IHttpClientBuilder builder, Action<BudgetHandlerOptions>? configure = null, string? firewallName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new BudgetHandlerOptions();
        configure?.Invoke(options);
        return Add(builder, _ => options, firewallName);
    }

    /// <summary>As the other overload, with options that need services.</summary>
    /// <inheritdoc cref="AddBudgetFirewall(IHttpClientBuilder, Action{BudgetHandlerOptions}, string)"/>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the options. Runs whenever a handler is made, with the services of that handler's scope, which is not that of a web request.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    public static IHttpClientBuilder AddBudgetFirewall(this IHttpClientBuilder builder, Action<BudgetHandlerOptions, IServiceProvider> configure, string? firewallName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(builder, Options, firewallName);

        BudgetHandlerOptions Options(IServiceProvider services)
        {
            var options = new BudgetHandlerOptions();
            configure(options, services);
            return options;
        }
    }

    private static IHttpClientBuilder Add(IHttpClientBuilder builder, Func<IServiceProvider, BudgetHandlerOptions> options, string? firewallName) =>
        builder.AddHttpMessageHandler(services => new BudgetHandler(
            string.IsNullOrEmpty(firewallName) ? services.GetRequiredService<IBudgetFirewall>() : services.GetRequiredKeyedService<IBudgetFirewall>(firewallName),
            options(services).CompletedFrom(builder.Name, services)));
}
