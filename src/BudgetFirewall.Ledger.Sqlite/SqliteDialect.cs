using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using BudgetFirewall.Storage;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall;

/// <summary>A ledger in a SQLite file. Readers go on beside the one writer.</summary>
internal sealed class SqliteDialect : LedgerDialect
{
    // What is committed stays, also when the machine loses its power. Room is given back where the file is a new one.
    private const string Settings = "pragma auto_vacuum = incremental; pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma cache_size = -65536; pragma secure_delete = off";

    // What is removed is overwritten by zeros.
    private const string Overwrite = "pragma secure_delete = on";

    // All of the file that is written ahead goes into the ledger's own, and it becomes empty, unless somebody reads it just now.
    private const string EmptyLog = "pragma wal_checkpoint(truncate)";

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

    public override string JsonCast => "";

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
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

    public override async ValueTask<DbTransaction> BeginErasureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await ExecuteAsync((SqliteConnection)connection, Overwrite, cancellationToken).ConfigureAwait(false);
        return await BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask ForgetOverwrittenAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(ExecuteAsync((SqliteConnection)connection, EmptyLog, cancellationToken));

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

    public override string AddNumbers(DbCommand command, string name, IReadOnlyList<long> numbers)
    {
        ((SqliteCommand)command).Parameters.AddWithValue(name, $"[{string.Join(',', numbers)}]");
        return $"in (select value from json_each({name}))";
    }

    public override string AddTexts(DbCommand command, string name, IReadOnlyList<string> texts)
    {
        ((SqliteCommand)command).Parameters.AddWithValue(name, new JsonArray([.. texts.Select(text => JsonValue.Create(text))]).ToJsonString());
        return $"in (select value from json_each({name}))";
    }

    public override ValueTask InsertAsync(DbTransaction transaction, IReadOnlyList<LedgerRows> tables, CancellationToken cancellationToken)
    {
        foreach (var rows in tables)
        {
            using var insert = new SqliteStatement(transaction, $"{Insertion(rows)} {rows.OnConflict}");
            for (var row = 0; row < rows.Count; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                insert.Run(rows, row);
            }
        }
        return default;
    }

    public override ValueTask<IReadOnlyList<LedgerRowId>> FindOrAddAsync(DbTransaction transaction, LedgerRows rows, CancellationToken cancellationToken)
    {
        var key = rows.Columns.Select((column, i) => rows.Key.Contains(column) ? $"{column} = {Value(i)}" : null).OfType<string>();
        using var find = new SqliteStatement(transaction, $"select id from {rows.Table} where {string.Join(" and ", key)}");
        using var add = new SqliteStatement(transaction, $"{Insertion(rows)} returning id");
        var ids = new LedgerRowId[rows.Count];
        for (var row = 0; row < ids.Length; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ids[row] = find.Run(rows, row) is { } found ? new(found, IsNew: false) : new(add.Run(rows, row)!.Value, IsNew: true);
        }
        return new(ids);
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

    private static string Insertion(LedgerRows rows) =>
        $"insert into {rows.Table} ({string.Join(", ", rows.Columns)}) values ({string.Join(", ", rows.Columns.Select((_, i) => Value(i)))})";

    private static string Value(int column) => string.Create(CultureInfo.InvariantCulture, $"?{column + 1}");

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The texts are constants of this file.")]
    private static async Task ExecuteAsync(SqliteConnection connection, string text, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
