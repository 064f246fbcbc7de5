using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>
/// One kind of database that a ledger is kept in: its connections, its transactions, and the few statements that it needs of its own. Everything else is the same for all. Thread-safe.
/// </summary>
public abstract class LedgerDialect : IAsyncDisposable
{
    /// <summary>The database in a sentence, without passwords, as <c>SQLite file /var/ledger.db</c>.</summary>
    public abstract string Description { get; }

    /// <summary>The cast that makes JSON of a column of text, as it stands behind the column's name; empty where the operator <c>-&gt;&gt;</c> takes text.</summary>
    public abstract string JsonCast { get; }

    /// <summary>Opens a connection.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that no other one writes beside: it waits until the ledger's other writers, in whatever process, are done.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The transaction cannot begin.</exception>
    public abstract ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins a transaction whose statements all see the ledger as it was at the first of them.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The transaction cannot begin.</exception>
    public abstract ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that may write beside others, where the database lets it: what it changes it locks row by row.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The transaction cannot begin.</exception>
    public virtual ValueTask<DbTransaction> BeginWorkAsync(DbConnection connection, CancellationToken cancellationToken) => BeginWriteAsync(connection, cancellationToken);

    /// <summary>Begins a transaction of <see cref="BeginWriteAsync"/> in which nothing stays behind of what is overwritten or removed, as far as the database can do that.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The transaction cannot begin.</exception>
    public virtual ValueTask<DbTransaction> BeginErasureAsync(DbConnection connection, CancellationToken cancellationToken) => BeginWriteAsync(connection, cancellationToken);

    /// <summary>Takes what an erasure has overwritten out of files that the database keeps beside its own, as far as that goes while others use it.</summary>
    /// <param name="connection">A connection without a transaction.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The database refuses.</exception>
    public virtual ValueTask ForgetOverwrittenAsync(DbConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>The text of a statement that this kind of database words in its own way; null for statements that are the same for all.</summary>
    /// <param name="name">The statement's name.</param>
    public abstract string? OwnStatement(string name);

    /// <summary>Gives a statement a list of numbers as one value, so that its text is the same whatever the length of the list.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="name">The name of the value, as <c>@numbers</c>.</param>
    /// <param name="numbers">The numbers; an empty list matches no row.</param>
    /// <returns>The condition that a column is one of the numbers, as it stands behind the column's name.</returns>
    public abstract string AddNumbers(DbCommand command, string name, IReadOnlyList<long> numbers);

    /// <summary>Gives a statement a list of texts as one value, so that its text is the same whatever the length of the list.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="name">The name of the value, as <c>@texts</c>.</param>
    /// <param name="texts">The texts as the database keeps them; an empty list matches no row.</param>
    /// <returns>The condition that a column is one of the texts, as it stands behind the column's name.</returns>
    public abstract string AddTexts(DbCommand command, string name, IReadOnlyList<string> texts);

    /// <summary>Inserts rows, table by table.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="tables">The rows of each table, at least one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">A row cannot be inserted.</exception>
    public abstract ValueTask InsertAsync(DbTransaction transaction, IReadOnlyList<LedgerRows> tables, CancellationToken cancellationToken);

    /// <summary>Finds the ids of rows by their keys, and adds those that are not there. Nobody else writes meanwhile.</summary>
    /// <param name="transaction">The transaction, of <see cref="BeginWriteAsync"/>.</param>
    /// <param name="rows">The rows, at least one, each with another key.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The ids, in the order of the rows.</returns>
    /// <exception cref="DbException">A row cannot be added.</exception>
    public abstract ValueTask<IReadOnlyList<LedgerRowId>> FindOrAddAsync(DbTransaction transaction, LedgerRows rows, CancellationToken cancellationToken);

    /// <summary>Makes what entries of a month need before the first of them is inserted, where the tables are divided by months.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="month">The month.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The database refuses.</exception>
    public abstract ValueTask PrepareMonthAsync(DbTransaction transaction, LedgerMonth month, CancellationToken cancellationToken);

    /// <summary>Removes the entries of months that are wholly before a time, at once, where the tables are divided by months. Elsewhere it does nothing.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="before">The time, UTC.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The number of entries removed.</returns>
    /// <exception cref="DbException">The database refuses.</exception>
    public abstract ValueTask<long> RemoveMonthsAsync(DbTransaction transaction, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Gives room that removed entries have left back, where that does not happen by itself.</summary>
    /// <param name="connection">A connection without a transaction.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DbException">The database refuses.</exception>
    public abstract ValueTask GiveBackRoomAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
