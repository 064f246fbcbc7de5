using System.Data.Common;
using Npgsql;

namespace BudgetFirewall.Ledger.Tests;

public sealed class PostgresHarness : ILedgerHarness
{
    private readonly string _name = $"ledger_{Guid.NewGuid():n}";
    private string _server = "";

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name, Pooling = true, MaxPoolSize = 10 }.ConnectionString;

    public async Task StartAsync()
    {
        _server = (await PostgresServer.GetAsync()).ConnectionString;
        await ExecuteAsync($"create database {_name}");
    }

    public ILedger Open(TimeProvider? timeProvider = null) => PostgresLedger.Open(ConnectionString, timeProvider);

    public async Task<DbConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"drop database if exists {_name} with (force)");
    }

    private async Task ExecuteAsync(string text)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }
}
