using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Guards the calls of an embedding generator.</summary>
public static class BudgetEmbeddingGeneratorExtensions
{
    /// <summary>Has every call of a generator decided before it is made, and charged by the usage that comes back, or by the estimate of its inputs. Thread-safe, and as concurrent as the generator.</summary>
    /// <typeparam name="TInput">The type of the inputs.</typeparam>
    /// <typeparam name="TEmbedding">The type of the embeddings.</typeparam>
    /// <param name="generator">The generator; it is disposed with the guarded one.</param>
    /// <param name="firewall">The firewall that decides and records; it is not disposed.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <returns>The guarded generator. A call that is denied throws <see cref="BudgetDeniedException"/>, and the model is not called.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> or <paramref name="firewall"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is not valid, or the provider is neither given nor known.</exception>
    /// <example><code>
    /// var guarded = generator.WithBudget(firewall, options => options.Provider = "openai");
    /// </code></example>
    public static IEmbeddingGenerator<TInput, TEmbedding> WithBudget<TInput, TEmbedding>(
        this IEmbeddingGenerator<TInput, TEmbedding> generator, IBudgetFirewall firewall, Action<BudgetEmbeddingOptions>? configure = null)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(firewall);
        var options = Configured(configure);
        return new BudgetEmbeddingGenerator<TInput, TEmbedding>(generator, firewall, options, options.Calls);
    }

    /// <summary>As the other overload, with the firewall, clock, loggers and meters of a container.</summary>
    /// <inheritdoc cref="WithBudget{TInput, TEmbedding}(IEmbeddingGenerator{TInput, TEmbedding}, IBudgetFirewall, Action{BudgetEmbeddingOptions})"/>
    /// <param name="generator">The generator; it is disposed with the guarded one.</param>
    /// <param name="services">The container, in which the firewall is registered.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> or <paramref name="services"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The firewall is not registered.</exception>
    public static IEmbeddingGenerator<TInput, TEmbedding> WithBudget<TInput, TEmbedding>(
        this IEmbeddingGenerator<TInput, TEmbedding> generator, IServiceProvider services, Action<BudgetEmbeddingOptions>? configure = null, string? firewallName = null)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(services);
        var options = Configured(configure);
        var firewall = BudgetChatClientExtensions.FirewallOf(services, firewallName);
        return new BudgetEmbeddingGenerator<TInput, TEmbedding>(generator, firewall, options, options.Calls.CompletedFrom(services));
    }

    private static BudgetEmbeddingOptions Configured(Action<BudgetEmbeddingOptions>? configure)
    {
        var options = new BudgetEmbeddingOptions();
        configure?.Invoke(options);
        ArgumentNullException.ThrowIfNull(options.Calls);
        return options;
    }
}
