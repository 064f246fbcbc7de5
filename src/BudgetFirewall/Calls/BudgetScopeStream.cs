namespace BudgetFirewall;

/// <summary>A stream that is read under a context, no matter who reads it.</summary>
/// <remarks>
/// Each iteration of an async iterator runs under the context that is ambient where it is read, so a context that began before a <c>yield</c> is lost after it. Here
/// it is entered again at every iteration, and left before the iteration returns, so the reader's own context is not changed.
/// </remarks>
internal sealed class BudgetScopeStream<T>(IAsyncEnumerable<T> source, BudgetScopeContext context) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var around = BudgetScopeContext.Exchange(context);
        try
        {
            return new Enumerator(source.GetAsyncEnumerator(cancellationToken), context);
        }
        finally
        {
            BudgetScopeContext.Exchange(around);
        }
    }

    private sealed class Enumerator(IAsyncEnumerator<T> inner, BudgetScopeContext context) : IAsyncEnumerator<T>
    {
        public T Current => inner.Current;

        // The awaited work keeps the context, because it was captured with it.
        public ValueTask<bool> MoveNextAsync()
        {
            var around = BudgetScopeContext.Exchange(context);
            try
            {
                return inner.MoveNextAsync();
            }
            finally
            {
                BudgetScopeContext.Exchange(around);
            }
        }

        public ValueTask DisposeAsync()
        {
            var around = BudgetScopeContext.Exchange(context);
            try
            {
                return inner.DisposeAsync();
            }
            finally
            {
                BudgetScopeContext.Exchange(around);
            }
        }
    }
}
