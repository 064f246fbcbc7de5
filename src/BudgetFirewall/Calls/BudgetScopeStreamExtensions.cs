namespace BudgetFirewall;

/// <summary>Carries a <see cref="BudgetScopeContext"/> through streams.</summary>
/// <remarks>
/// Each iteration of an async iterator runs under the context that is ambient where it is read: a <see cref="BudgetScopeContext"/> that began inside of it is lost
/// after the next <c>yield</c>, and one around the call is lost when the stream is read elsewhere. A stream that carries its context is read under it at every
/// iteration.
/// </remarks>
public static class BudgetScopeStreamExtensions
{
    /// <summary>
    /// Returns a stream that is read under the context that is ambient now, no matter where and by whom it is read. Call it where the stream is requested.
    /// Thread-safe.
    /// </summary>
    /// <typeparam name="T">The type of the stream's items.</typeparam>
    /// <param name="source">The stream, as an async iterator of the application or the answer of an agent.</param>
    /// <returns>The stream with the context entered at every iteration and at its disposal; the stream itself where no context has begun.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    /// <example><code>
    /// using (BudgetScopeContext.Begin(userId: "alice"))
    ///     return AnswerAsync(question).WithBudgetScope();   // every call that AnswerAsync makes is alice's, before and after each yield
    /// </code></example>
    public static IAsyncEnumerable<T> WithBudgetScope<T>(this IAsyncEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return BudgetScopeContext.Current is { } context ? new BudgetScopeStream<T>(source, context) : source;
    }

    /// <summary>Returns a stream that is read under the given context, no matter where and by whom it is read. Thread-safe.</summary>
    /// <typeparam name="T">The type of the stream's items.</typeparam>
    /// <param name="source">The stream, as an async iterator of the application or the answer of an agent.</param>
    /// <param name="context">The context of who pays. Values that it does not set are taken from the context that is ambient now.</param>
    /// <returns>The stream with the context entered at every iteration and at its disposal.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> or <paramref name="context"/> is null.</exception>
    /// <example><code>
    /// await foreach (var line in AnswerAsync(question).WithBudgetScope(new BudgetScopeContext { UserId = "alice" }))
    ///     Console.WriteLine(line);
    /// </code></example>
    public static IAsyncEnumerable<T> WithBudgetScope<T>(this IAsyncEnumerable<T> source, BudgetScopeContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        return new BudgetScopeStream<T>(source, context.Within(BudgetScopeContext.Current));
    }
}
