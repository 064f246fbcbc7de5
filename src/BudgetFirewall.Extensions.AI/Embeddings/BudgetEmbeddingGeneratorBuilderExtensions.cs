using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Guards the calls of the generator that an <see cref="EmbeddingGeneratorBuilder{TInput, TEmbedding}"/> builds.</summary>
public static class BudgetEmbeddingGeneratorBuilderExtensions
{
    /// <summary>Has every call decided and charged by the firewall of the container that the generator is built with, as <c>WithBudget</c> does. Use it last, next to the provider.</summary>
    /// <typeparam name="TInput">The type of the inputs.</typeparam>
    /// <typeparam name="TEmbedding">The type of the embeddings.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; runs when the generator is built. Null for the defaults.</param>
    /// <param name="firewallName">The name of the firewall that decides; null or empty for the unnamed one.</param>
    /// <returns>The builder. Building throws <see cref="InvalidOperationException"/> when the container has no such firewall.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static EmbeddingGeneratorBuilder<TInput, TEmbedding> UseBudget<TInput, TEmbedding>(
        this EmbeddingGeneratorBuilder<TInput, TEmbedding> builder, Action<BudgetEmbeddingOptions>? configure = null, string? firewallName = null)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => inner.WithBudget(services, configure, firewallName));
    }
}
