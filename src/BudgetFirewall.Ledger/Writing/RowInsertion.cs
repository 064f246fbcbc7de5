namespace BudgetFirewall.Storage;

/// <summary>
/// Inserts rows in the order in which they are given. From 500 rows on it does so on another thread while later ones are being made, so nothing else may use the session until <see cref="FinishAsync"/> or
/// <see cref="DisposeAsync"/> has ended. Not thread-safe.
/// </summary>
internal sealed class RowInsertion(LedgerSession session, LedgerDialect dialect, CancellationToken cancellationToken) : IAsyncDisposable
{
    // Fewer are faster together with those that follow.
    private const int FewestAtOnce = 500;

    private readonly List<LedgerRows> _waiting = [];
    private Task _running = Task.CompletedTask;

    /// <summary>Adds rows, to which none are added any more.</summary>
    public void Add(IEnumerable<LedgerRows> tables)
    {
        _waiting.AddRange(tables.Where(table => table.Count > 0));
        if (_waiting.Sum(table => table.Count) < FewestAtOnce)
            return;
        var (former, ready) = (_running, _waiting.ToArray());
        _waiting.Clear();
        _running = Task.Run(
            async () =>
            {
                await former.ConfigureAwait(false);
                await dialect.InsertAsync(session.Transaction, ready, cancellationToken).ConfigureAwait(false);
            },
            CancellationToken.None);
    }

    /// <summary>Waits until all rows are inserted.</summary>
    /// <exception cref="System.Data.Common.DbException">A row cannot be inserted.</exception>
    public async ValueTask FinishAsync()
    {
        await _running.ConfigureAwait(false);
        if (_waiting.Count > 0)
            await dialect.InsertAsync(session.Transaction, _waiting, cancellationToken).ConfigureAwait(false);
        _waiting.Clear();
    }

    /// <summary>Waits until nothing uses the session any more.</summary>
    public async ValueTask DisposeAsync() => await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
