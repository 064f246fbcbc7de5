using System.Data.Common;
using BudgetFirewall.Ledger.Tests;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace BudgetFirewall.Reliability;

/// <summary>A new database of a ledger, SQLite or PostgreSQL, which can be taken away, or be made on a disk that is full later.</summary>
internal sealed class FailingDatabase : IAsyncDisposable
{
    private readonly PostgresServer? _server;
    private readonly string _connectionString;
    private readonly string _name;
    private readonly bool _hasTablespace;

    private FailingDatabase(string connectionString, string name, PostgresServer? server, bool hasTablespace)
    {
        (_connectionString, _name, _server, _hasTablespace) = (connectionString, name, server, hasTablespace);
        Ledger = (server is null ? "sqlite:" : "postgres:") + connectionString;
    }

    /// <summary>The database as <see cref="LedgerJob.Open"/> takes it.</summary>
    public string Ledger { get; }

    /// <summary>Makes one.</summary>
    /// <param name="kind"><c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="folder">The folder of the file of SQLite.</param>
    /// <param name="disk">The disk that it is made on; null for any.</param>
    public static async Task<FailingDatabase> MakeAsync(string kind, string folder, SmallDisk? disk = null)
    {
        var name = "scenario_" + Guid.NewGuid().ToString("N");
        if (kind == "sqlite")
            return new($"Data Source={Path.Combine(disk?.Folder ?? folder, name + ".db")};Default Timeout=1", name, server: null, hasTablespace: false);
        var server = await PostgresServer.GetAsync();
        if (disk is not null)
            await ExecuteAsync(server, $"create tablespace {name} location '{disk.FolderOf("postgres")}'");
        await ExecuteAsync(server, $"create database {name}" + (disk is null ? "" : $" tablespace {name}"));
        var connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Timeout = 5, CommandTimeout = 5 }.ConnectionString;
        return new(connectionString, name, server, hasTablespace: disk is not null);
    }

    /// <summary>Takes the database away until what is returned is disposed: the server is killed, or the file is held by another.</summary>
    public async Task<IAsyncDisposable> TakeAwayAsync()
    {
        if (_server is null)
            return await HoldAsync();
        if (!await _server.TryKillAsync())
            throw new InvalidOperationException("This scenario kills its PostgreSQL server, which must be the tests' own: leave BUDGETFIREWALL_TEST_POSTGRES out.");
        return new Killed(_server);
    }

    /// <summary>Asserts that no entry is half there, and that all sums are those of the entries.</summary>
    public async Task AssertWholeAsync()
    {
        // Whatever a process that was killed has left of it, it opens.
        await using (var ledger = LedgerJob.Open(Ledger))
            await ledger.GetTotalAsync(new());
        if (_server is null)
            (await ScalarAsync("pragma integrity_check")).Should().Be("ok");
        const string Spent = "ledger_entries e where e.kind in (1, 2, 3)";
        (await ScalarAsync($"select count(*) from {Spent} and (select count(*) from ledger_entry_counters c where c.entry_id = e.id) <> 2")).Should().Be(0L);
        (await ScalarAsync($"select count(*) from {Spent} and (select count(*) from ledger_entry_lines l where l.entry_id = e.id) <> 1")).Should().Be(0L);
        (await ScalarAsync("select count(*) from ledger_counter_totals t where t.moved <> (select sum(c.moved) from ledger_entry_counters c where c.counter_id = t.counter_id)")).Should().Be(0L);
        (await ScalarAsync($"select cast((select coalesce(sum(e.amount_nanos), 0) from {Spent}) - (select coalesce(sum(amount_nanos), 0) from ledger_rollups) as bigint)")).Should().Be(0L);
    }

    /// <summary>The one value that a statement gives.</summary>
    public async Task<object?> ScalarAsync(string text)
    {
        await using DbConnection connection = _server is null ? new SqliteConnection(_connectionString) : new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
        {
            await using var connection = new SqliteConnection(_connectionString);
            SqliteConnection.ClearPool(connection);
            return;
        }
        await ExecuteAsync(_server, $"drop database {_name} with (force)");
        if (_hasTablespace)
            await ExecuteAsync(_server, $"drop tablespace {_name}");
    }

    private static async Task ExecuteAsync(PostgresServer server, string text)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<SqliteConnection> HoldAsync()
    {
        var connection = new SqliteConnection(_connectionString + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = new SqliteCommand("begin immediate", connection);
        await Until.TrueAsync(async () =>
        {
            try
            {
                await command.ExecuteNonQueryAsync();
                return true;
            }
            catch (SqliteException)
            {
                return false;
            }
        }, TimeSpan.FromMinutes(1));
        return connection;
    }

    private sealed class Killed(PostgresServer server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await server.StartAgainAsync();
    }
}
