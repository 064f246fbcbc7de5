using BudgetFirewall;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Guards endpoints and groups of them. Needs <see cref="BudgetFirewallApplicationBuilderExtensions.UseBudgetFirewall"/>: without it such endpoints fail.</summary>
public static class BudgetFirewallEndpointConventionBuilderExtensions
{
    /// <summary>Guards an endpoint, or all of a group, with the provider that is inherited from the group or <see cref="BudgetGuardOptions.Defaults"/>.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="configure">Changes the inherited options; runs once per endpoint. Null: no change.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TBuilder RequireBudget<TBuilder>(this TBuilder builder, Action<BudgetEndpointOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder => Require(builder, provider: null, configure);

    /// <summary>Guards an endpoint, or all of a group: budget is reserved before it runs, and charged afterwards.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="provider">The provider that is paid.</param>
    /// <param name="configure">
    /// Changes the options inherited from groups and <see cref="BudgetGuardOptions.Defaults"/>; runs once per endpoint. Null: no change.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="provider"/> is null or empty.</exception>
    /// <example><code>
    /// app.MapPost("/api/chat", ChatAsync).RequireBudget("openai", o =>
    /// {
    ///     o.Operation = _ => "chat";
    ///     o.Cost = 0.02m;
    /// });
    /// </code></example>
    public static TBuilder RequireBudget<TBuilder>(this TBuilder builder, string provider, Action<BudgetEndpointOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        return Require(builder, provider, configure);
    }

    /// <summary>Keeps an endpoint, or all of a group, from being guarded, whatever else asks for it.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TBuilder DisableBudget<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithMetadata(new DisableBudgetAttribute());
    }

    private static TBuilder Require<TBuilder>(TBuilder builder, string? provider, Action<BudgetEndpointOptions>? configure)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithMetadata(new BudgetRequirement(provider, configure));
        builder.Add(HandlerWatch.Plant);
        builder.Finally(ProveGuarded);
        return builder;
    }

    private static void ProveGuarded(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } run)
            return;
        if (HandlerWatch.Of(endpoint) is not null)
            run = HandlerWatch.Around(run);
        endpoint.RequestDelegate = context =>
        {
            UnguardedCheck.Check(context);
            return run(context);
        };
    }
}
