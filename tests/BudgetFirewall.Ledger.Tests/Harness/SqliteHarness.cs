using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Ledger.Tests;

public sealed class SqliteHarness : ILedgerHarness
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger").FullName;

    public string ConnectionString => $"Data Source={Path.Combine(_folder, "ledger.db")}";

    public Task StartAsync() => Task.CompletedTask;

    public ILedger Open(TimeProvider? timeProvider = null) => SqliteLedger.Open(ConnectionString, timeProvider);

    public async Task<DbConnection> ConnectAsync()
    {
        var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(ConnectionString))
            SqliteConnection.ClearPool(connection);
        Directory.Delete(_folder, recursive: true);
        return default;
    }
}
