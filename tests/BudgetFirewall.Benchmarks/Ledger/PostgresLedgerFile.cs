using System.Data.Common;
using BudgetFirewall.Ledger.Tests;
using Npgsql;
using NpgsqlTypes;

namespace BudgetFirewall.Benchmarks.Ledger;

internal sealed class PostgresLedgerFile : ILedgerFile
{
    private readonly string _name = $"ledger_{Guid.NewGuid():n}";
    private readonly string _server;

    private readonly bool _isCopied;

    private PostgresLedgerFile(string server, bool isCopied) => (_server, _isCopied) = (server, isCopied);

    private string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString;

    /// <param name="isCopied">True: rows are copied, table by table, instead of being inserted.</param>
    public static async Task<PostgresLedgerFile> MakeAsync(bool isCopied = false)
    {
        var file = new PostgresLedgerFile((await PostgresServer.GetAsync()).ConnectionString, isCopied);
        await file.ExecuteAsync($"create database {file._name}");
        return file;
    }

    public string JsonCast => "::json";

    public ILedger Open() => PostgresLedger.Open(ConnectionString);

    public async Task<DbConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task<long> SizeAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select pg_database_size(current_database())";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task InsertAsync(DbTransaction transaction, IReadOnlyList<List<object[]>> rows)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        for (var i = 0; i < rows.Count && _isCopied; i++)
            await CopyAsync(connection, BareTable.All[i], rows[i]);
        if (_isCopied)
            return;
        await using var batch = connection.CreateBatch();
        for (var i = 0; i < rows.Count; i++)
            batch.BatchCommands.Add(Insertion(BareTable.All[i], rows[i]));
        await batch.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"drop database if exists {_name} with (force)");
    }

    private static async Task CopyAsync(NpgsqlConnection connection, BareTable table, List<object[]> rows)
    {
        await using var importer = await connection.BeginBinaryImportAsync($"copy {table.Name} ({string.Join(", ", table.Columns)}) from stdin (format binary)");
        foreach (var row in rows)
        {
            await importer.StartRowAsync();
            foreach (var value in row)
            {
                if (value is long number)
                    importer.Write(number, NpgsqlDbType.Bigint);
                else if (value is string text)
                    importer.Write(text, NpgsqlDbType.Text);
                else
                    importer.WriteNull();
            }
        }
        await importer.CompleteAsync();
    }

    private static NpgsqlBatchCommand Insertion(BareTable table, List<object[]> rows)
    {
        var command = new NpgsqlBatchCommand(
            $"insert into {table.Name} ({string.Join(", ", table.Columns)}) select * from unnest({string.Join(", ", table.Columns.Select((_, i) => $"@p{i}"))})");
        for (var i = 0; i < table.Columns.Length; i++)
        {
            var column = i;
            if (i < table.Columns.Length - table.Texts)
                command.Parameters.Add(new NpgsqlParameter<long?[]>($"p{i}", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { TypedValue = [.. rows.Select(row => row[column] as long?)] });
            else
                command.Parameters.Add(new NpgsqlParameter<string?[]>($"p{i}", NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. rows.Select(row => row[column] as string)] });
        }
        return command;
    }

    private async Task ExecuteAsync(string text)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }
}
