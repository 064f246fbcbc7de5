namespace BudgetFirewall;

/// <summary>
/// A stream without a payer at the time it was asked for: the context at its first read is entered again at every later one, so that one reader pays for all of it.
/// </summary>
internal sealed class ReaderScopeStream<T>(IAsyncEnumerable<T> source) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(source, cancellationToken);

    private sealed class Enumerator(IAsyncEnumerable<T> source, CancellationToken cancellationToken) : IAsyncEnumerator<T>
    {
        private IAsyncEnumerator<T>? _inner;

        public T Current => _inner is null ? default! : _inner.Current;

        public ValueTask<bool> MoveNextAsync() => (_inner ??= source.WithBudgetScope().GetAsyncEnumerator(cancellationToken)).MoveNextAsync();

        public ValueTask DisposeAsync() => _inner?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
