using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Carries who pays through the middleware of an <see cref="IChatClient"/>.</summary>
public static class BudgetScopeChatClientExtensions
{
    /// <summary>
    /// Has everything inside of a client run under who pays where the client is called: the ambient <see cref="BudgetScopeContext"/>, and before it what the options of the call name
    /// (<see cref="BudgetPayerExtensions"/>). A stream keeps it to its end, wherever it is read. Put it outermost, around a client that calls tools. Thread-safe, and as concurrent as the client.
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
