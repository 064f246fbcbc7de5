using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>The database of a ledger. It is brought up to date at the first session. Thread-safe.</summary>
internal sealed class LedgerDatabase(LedgerDialect dialect) : IAsyncDisposable
{
    private readonly SemaphoreSlim _migrating = new(1);
    private readonly LedgerStatements _statements = new(dialect);
    private bool _isUpToDate;

    public LedgerDialect Dialect => dialect;

    /// <summary>A session that writes, beside no other one.</summary>
    /// <exception cref="LedgerException">The database was written by a later version.</exception>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public async ValueTask<LedgerSession> WriteAsync(CancellationToken cancellationToken)
    {
        await BringUpToDateAsync(cancellationToken).ConfigureAwait(false);
        return await BeginAsync(dialect.BeginWriteAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A session that erases, beside no other one that writes.</summary>
    /// <exception cref="LedgerException">The database was written by a later version.</exception>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public async ValueTask<LedgerSession> EraseAsync(CancellationToken cancellationToken)
    {
        await BringUpToDateAsync(cancellationToken).ConfigureAwait(false);
        return await BeginAsync(dialect.BeginErasureAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A session that writes beside others, where the database lets it, and locks what it changes row by row.</summary>
    /// <exception cref="LedgerException">The database was written by a later version.</exception>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public async ValueTask<LedgerSession> WorkAsync(CancellationToken cancellationToken)
    {
        await BringUpToDateAsync(cancellationToken).ConfigureAwait(false);
        return await BeginAsync(dialect.BeginWorkAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A session that sees the ledger as it is at its first statement.</summary>
    /// <exception cref="LedgerException">The database was written by a later version, or cannot be reached.</exception>
    public async ValueTask<LedgerSession> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BringUpToDateAsync(cancellationToken).ConfigureAwait(false);
            return await BeginAsync(dialect.BeginReadAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw new LedgerException($"The ledger cannot be read ({dialect.Description}): {e.Message}", e);
        }
    }

    public ValueTask DisposeAsync()
    {
        _migrating.Dispose();
        return dialect.DisposeAsync();
    }

    private async ValueTask BringUpToDateAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isUpToDate))
            return;
        await _migrating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isUpToDate)
                return;
            var session = await BeginAsync(dialect.BeginWriteAsync, cancellationToken).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            await Migrations.RunAsync(session, dialect, cancellationToken).ConfigureAwait(false);
            await session.CommitAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _isUpToDate, true);
        }
        finally
        {
            _migrating.Release();
        }
    }

    private async ValueTask<LedgerSession> BeginAsync(Func<DbConnection, CancellationToken, ValueTask<DbTransaction>> begin, CancellationToken cancellationToken)
    {
        var connection = await dialect.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return new(connection, await begin(connection, cancellationToken).ConfigureAwait(false), _statements);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
