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

    private const string EntriesOfMonth = "ledger_entries_";

    public override string Description { get; } = DescriptionOf(source.ConnectionString);

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

    public override string? OwnStatement(string name)
    {
        using var file = typeof(PostgresDialect).Assembly.GetManifestResourceStream(name + ".sql");
        if (file is null)
            return null;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Names of tables and columns are those of the ledger; all else are values.")]
    public override async ValueTask InsertAsync(DbTransaction transaction, LedgerRows rows, CancellationToken cancellationToken)
    {
        var command = (NpgsqlCommand)transaction.Connection!.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText =
            $"insert into {rows.Table} ({string.Join(", ", rows.Columns)}) select * from unnest({string.Join(", ", rows.Columns.Select((_, i) => $"@p{i}"))}) {rows.OnConflict}";
        for (var i = 0; i < rows.Columns.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"p{i}");
            if (i < rows.NumberColumns)
                command.Parameters.Add(new NpgsqlParameter<long?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { TypedValue = [.. rows.Numbers(i)] });
            else
                command.Parameters.Add(new NpgsqlParameter<string?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. rows.Texts(i)] });
        }
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
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
