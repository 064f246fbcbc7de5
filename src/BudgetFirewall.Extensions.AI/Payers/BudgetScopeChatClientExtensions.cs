using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Carries the payer through the middleware of an <see cref="IChatClient"/>.</summary>
public static class BudgetScopeChatClientExtensions
{
    /// <summary>
    /// Runs everything inside of a client under the payer of the call: the one that its options name (<see cref="BudgetPayerExtensions"/>), completed by the ambient
    /// <see cref="BudgetScopeContext"/>.
    /// A stream keeps its payer to its end, wherever it is read. Put this client outermost, around a client that calls tools. Thread-safe, and as concurrent as the
    /// client.
    /// </summary>
    /// <remarks>
    /// A client that calls tools makes its later calls of the model while its stream is read, and by then a context that began in an async iterator is gone.
    /// Where nobody is named at the call, the context in which the first update of the stream is read counts, also for all that follows.
    /// </remarks>
    /// <param name="client">The client; it is disposed with the outer one.</param>
    /// <returns>The outer client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <example><code>
    /// services.AddChatClient(provider)
    ///     .Use(inner => inner.WithBudgetScope())
    ///     .UseFunctionInvocation()
    ///     .Use((inner, container) => inner.WithBudget(container));
    /// </code></example>
    public static IChatClient WithBudgetScope(this IChatClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new BudgetScopeChatClient(client);
    }
}
