using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using BudgetFirewall.Storage;
using Npgsql;
using NpgsqlTypes;

namespace BudgetFirewall;

/// <summary>A ledger in a PostgreSQL database, whose tables of entries are divided by months.</summary>
/// <param name="source">Makes the connections.</param>
/// <param name="isOwned">True when the source is disposed with the ledger.</param>
internal sealed class PostgresDialect(NpgsqlDataSource source, bool isOwned) : LedgerDialect
{
    // Any number that no other program takes for a lock of its own.
    private const long WriteLock = 0x6c_65_64_67_65_72;

    // Fewer rows are not worth the two round trips that each copied table takes.
    private const int FewestCopied = 100;

    private const string EntriesOfMonth = "ledger_entries_";

    // Every batch needs it, for each table.
    private static readonly string FindOrAdd = Read("find_or_add")!;

    public override string Description { get; } = DescriptionOf(source.ConnectionString);

    public override string JsonCast => "::json";

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) => await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    public override async ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecuteAsync(transaction, string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_xact_lock({WriteLock})"), cancellationToken).ConfigureAwait(false);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public override ValueTask<DbTransaction> BeginWorkAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    public override string? OwnStatement(string name) => Read(name);

    public override string AddNumbers(DbCommand command, string name, IReadOnlyList<long> numbers)
    {
        ((NpgsqlCommand)command).Parameters.Add(new NpgsqlParameter<long[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { TypedValue = [.. numbers] });
        return $"= any({name})";
    }

    public override string AddTexts(DbCommand command, string name, IReadOnlyList<string> texts)
    {
        ((NpgsqlCommand)command).Parameters.Add(new NpgsqlParameter<string[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. texts] });
        return $"= any({name})";
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Names of tables and columns are those of the ledger; all else are values.")]
    public override async ValueTask InsertAsync(DbTransaction transaction, IReadOnlyList<LedgerRows> tables, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        foreach (var rows in tables.Where(IsCopied))
            await BinaryCopy.WriteAsync(connection, rows, cancellationToken).ConfigureAwait(false);
        if (tables.All(IsCopied))
            return;
        var batch = connection.CreateBatch();
        await using var _ = batch.ConfigureAwait(false);
        foreach (var rows in tables.Where(static rows => !IsCopied(rows)))
        {
            var command = new NpgsqlBatchCommand($"insert into {rows.Table} ({Columns(rows)}) select * from {Unnested(rows)} {rows.OnConflict}");
            AddColumns(command.Parameters, rows);
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Names of tables and columns are those of the ledger; all else are values.")]
    public override async ValueTask<IReadOnlyList<LedgerRowId>> FindOrAddAsync(DbTransaction transaction, LedgerRows rows, CancellationToken cancellationToken)
    {
        var command = (NpgsqlCommand)transaction.Connection!.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = FindOrAdd
            .Replace("{table}", rows.Table, StringComparison.Ordinal)
            .Replace("{columns}", Columns(rows), StringComparison.Ordinal)
            .Replace("{given}", Unnested(rows), StringComparison.Ordinal)
            .Replace("{found}", string.Join(" and ", rows.Key.Select(column => $"t.{column} = k.{column}")), StringComparison.Ordinal)
            .Replace("{added}", string.Join(" and ", rows.Key.Select(column => $"a.{column} = g.{column}")), StringComparison.Ordinal)
            .Replace("{key}", string.Join(", ", rows.Key), StringComparison.Ordinal);
        AddColumns(command.Parameters, rows);
        var ids = new List<LedgerRowId>(rows.Count);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            ids.Add(new(reader.GetInt64(0), reader.GetBoolean(1)));
        return ids;
    }

    public override ValueTask PrepareMonthAsync(DbTransaction transaction, LedgerMonth month, CancellationToken cancellationToken) =>
        ExecuteAsync(transaction, OfMonth("make_month", month), cancellationToken);

    public override async ValueTask<long> RemoveMonthsAsync(DbTransaction transaction, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var months = new List<LedgerMonth>();
        var list = Command(transaction, OwnStatement("list_months")!);
        await using (list.ConfigureAwait(false))
        {
            var reader = await list.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (LedgerMonth.TryParse(reader.GetString(0)[EntriesOfMonth.Length..], out var month) && month.End <= before)
                    months.Add(month);
            }
        }
        var removed = 0L;
        foreach (var month in months)
        {
            var count = Command(transaction, $"select count(*) from {EntriesOfMonth}{month.Name}");
            await using (count.ConfigureAwait(false))
                removed += (long)(await count.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            await ExecuteAsync(transaction, OfMonth("drop_month", month), cancellationToken).ConfigureAwait(false);
        }
        return removed;
    }

    public override ValueTask GiveBackRoomAsync(DbConnection connection, CancellationToken cancellationToken) => default;

    public override async ValueTask DisposeAsync()
    {
        if (isOwned)
            await source.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private static string DescriptionOf(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"PostgreSQL database {parts.Database} on {parts.Host}";
    }

    private static string? Read(string name)
    {
        using var file = typeof(PostgresDialect).Assembly.GetManifestResourceStream(name + ".sql");
        if (file is null)
            return null;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static bool IsCopied(LedgerRows rows) => rows.OnConflict.Length == 0 && rows.Count >= FewestCopied;

    private static string Columns(LedgerRows rows) => string.Join(", ", rows.Columns);

    private static string Unnested(LedgerRows rows) => $"unnest({string.Join(", ", rows.Columns.Select((_, i) => $"@p{i}"))})";

    /// <summary>Each column is one value, an array, whatever the number of rows.</summary>
    private static void AddColumns(NpgsqlParameterCollection parameters, LedgerRows rows)
    {
        for (var i = 0; i < rows.Columns.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"p{i}");
            if (i < rows.NumberColumns)
                parameters.Add(new NpgsqlParameter<long?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { TypedValue = [.. rows.Numbers(i)] });
            else
                parameters.Add(new NpgsqlParameter<string?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. rows.Texts(i)] });
        }
    }

    private string OfMonth(string statement, LedgerMonth month) => OwnStatement(statement)!
        .Replace("{month}", month.Name, StringComparison.Ordinal)
        .Replace("{first}", month.FirstKey.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{end}", month.EndKey.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static async ValueTask ExecuteAsync(DbTransaction transaction, string text, CancellationToken cancellationToken)
    {
        var command = Command(transaction, text);
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The texts are files and constants of this package.")]
    private static DbCommand Command(DbTransaction transaction, string text)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }
}
