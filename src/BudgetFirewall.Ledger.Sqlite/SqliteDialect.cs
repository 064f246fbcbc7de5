using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using BudgetFirewall.Storage;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall;

/// <summary>A ledger in a SQLite file. Readers go on beside the one writer.</summary>
internal sealed class SqliteDialect : LedgerDialect
{
    // A write that waits longer for another process gives up, and is tried again.
    private const int BusySeconds = 30;

    // What is committed stays, also when the machine loses its power. Room is given back where the file is a new one.
    private const string Settings = "pragma auto_vacuum = incremental; pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma cache_size = -65536";

    // Pages given back at a time, a few milliseconds each time.
    private const string GiveBack = "pragma incremental_vacuum(1000)";

    private readonly string _connectionString;

    /// <exception cref="ArgumentException">The connection string cannot be read, or names no file.</exception>
    public SqliteDialect(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (builder.DataSource is "" or ":memory:" || builder.Mode == SqliteOpenMode.Memory)
            throw new ArgumentException("The ledger needs a file, as in 'Data Source=ledger.db': what is in memory is gone with its connection.", nameof(connectionString));
        _connectionString = builder.ConnectionString;
        Description = $"SQLite file {builder.DataSource}";
    }

    public override string Description { get; }

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString) { DefaultTimeout = BusySeconds };
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, Settings, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(((SqliteConnection)connection).BeginTransaction(deferred: false));

    public override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(((SqliteConnection)connection).BeginTransaction(deferred: true));

    public override string? OwnStatement(string name)
    {
        using var file = typeof(SqliteDialect).Assembly.GetManifestResourceStream(name + ".sql");
        if (file is null)
            return null;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Names of tables and columns are those of the ledger; all else are values.")]
    public override ValueTask InsertAsync(DbTransaction transaction, LedgerRows rows, CancellationToken cancellationToken)
    {
        using var command = ((SqliteConnection)transaction.Connection!).CreateCommand();
        command.Transaction = (SqliteTransaction)transaction;
        string[] names = [.. rows.Columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@p{i}"))];
        command.CommandText = $"insert into {rows.Table} ({string.Join(", ", rows.Columns)}) values ({string.Join(", ", names)}) {rows.OnConflict}";
        SqliteParameter[] parameters = [.. names.Select((name, i) => command.Parameters.Add(name, i < rows.NumberColumns ? SqliteType.Integer : SqliteType.Text))];
        command.Prepare();
        for (var row = 0; row < rows.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < parameters.Length; i++)
                parameters[i].Value = (i < rows.NumberColumns ? (object?)rows.Numbers(i)[row] : rows.Texts(i)[row]) ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
        return default;
    }

    public override ValueTask PrepareMonthAsync(DbTransaction transaction, LedgerMonth month, CancellationToken cancellationToken) => default;

    public override ValueTask<long> RemoveMonthsAsync(DbTransaction transaction, DateTimeOffset before, CancellationToken cancellationToken) => new(0);

    public override ValueTask GiveBackRoomAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(ExecuteAsync((SqliteConnection)connection, GiveBack, cancellationToken));

    /// <summary>Closes the connections that are kept open, so that the file is free.</summary>
    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        return base.DisposeAsync();
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The texts are constants of this file.")]
    private static async Task ExecuteAsync(SqliteConnection connection, string text, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
