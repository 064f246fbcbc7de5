using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>Looks for a text in every column of every table of a ledger's database.</summary>
internal static class EveryText
{
    private const string OfPostgres = "select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type = 'text' order by 1, 2";
    private const string OfSqlite = "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.type = 'TEXT' order by 1, 2";

    /// <summary>The columns that have the text in them, as <c>table.column</c>, once for each row.</summary>
    public static async Task<List<string>> FindAsync(ILedgerHarness harness, string text)
    {
        await using var connection = await harness.ConnectAsync();
        var columns = new List<(string Table, string Column)>();
        await using (var list = connection.CreateCommand())
        {
            list.CommandText = connection is SqliteConnection ? OfSqlite : OfPostgres;
            await using var reader = await list.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                columns.Add((reader.GetString(0), reader.GetString(1)));
        }
        columns.Should().HaveCountGreaterThan(20);
        var found = new List<string>();
        foreach (var (table, column) in columns)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select {column} from {table} where {column} is not null";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                if (reader.GetString(0).Contains(text, StringComparison.Ordinal))
                    found.Add($"{table}.{column}");
            }
        }
        return found;
    }
}
