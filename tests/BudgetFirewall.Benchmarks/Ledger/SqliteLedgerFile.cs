using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Benchmarks.Ledger;

internal sealed class SqliteLedgerFile : ILedgerFile
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-figures").FullName;

    private string ConnectionString => $"Data Source={Path.Combine(_folder, "ledger.db")}";

    public string JsonCast => "";

    public ILedger Open() => SqliteLedger.Open(ConnectionString);

    public async Task<DbConnection> ConnectAsync()
    {
        var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "pragma synchronous = full; pragma cache_size = -65536";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public async Task<long> SizeAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(truncate)";
        await command.ExecuteNonQueryAsync();
        return new FileInfo(Path.Combine(_folder, "ledger.db")).Length;
    }

    public Task InsertAsync(DbTransaction transaction, IReadOnlyList<List<object[]>> rows)
    {
        for (var i = 0; i < rows.Count; i++)
            Insert(transaction, BareTable.All[i], rows[i]);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(ConnectionString))
            SqliteConnection.ClearPool(connection);
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    private static void Insert(DbTransaction transaction, BareTable table, List<object[]> rows)
    {
        using var command = ((SqliteConnection)transaction.Connection!).CreateCommand();
        command.Transaction = (SqliteTransaction)transaction;
        command.CommandText = $"insert into {table.Name} ({string.Join(", ", table.Columns)}) values ({string.Join(", ", table.Columns.Select((_, i) => $"@p{i}"))})";
        var parameters = table.Columns.Select((_, i) => command.Parameters.Add($"@p{i}", i < table.Columns.Length - table.Texts ? SqliteType.Integer : SqliteType.Text)).ToArray();
        command.Prepare();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                parameters[i].Value = row[i];
            command.ExecuteNonQuery();
        }
    }
}
