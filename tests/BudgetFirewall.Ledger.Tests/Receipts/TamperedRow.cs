using System.Data.Common;
using System.Globalization;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>One row of a table, and statements that change it and put it back.</summary>
internal sealed class TamperedRow(string table, IReadOnlyList<(string Name, object Value)> columns)
{
    private const int BytesOfNumber = 8;

    /// <summary>The rows that a query gives of a table.</summary>
    public static async Task<List<TamperedRow>> ReadAsync(ILedgerHarness harness, string table, string where)
    {
        await using var connection = await harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"select * from {table} where {where}";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<TamperedRow>();
        while (await reader.ReadAsync())
            rows.Add(new(table, [.. Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), reader.GetValue(i))).Where(column => column.Item2 is not DBNull)]));
        return rows;
    }

    /// <summary>For each byte of each value, a statement that changes it and one that puts it back.</summary>
    public IEnumerable<(string Set, string Back)> EveryByte()
    {
        foreach (var (name, value) in columns)
        {
            foreach (var other in Others(value))
                yield return ($"update {table} set {name} = {other} where {Where(name, Text(value))}", $"update {table} set {name} = {Text(value)} where {Where(name, other)}");
        }
    }

    private static IEnumerable<string> Others(object value)
    {
        if (value is string text)
            return Enumerable.Range(0, text.Length).Select(i => Quoted(text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..]));
        var number = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        return Enumerable.Range(0, BytesOfNumber).Select(i => (number ^ (1L << (8 * i))).ToString(CultureInfo.InvariantCulture));
    }

    private string Where(string changed, string value) => string.Join(" and ", columns.Select(column => $"{column.Name} = {(column.Name == changed ? value : Text(column.Value))}"));

    private static string Text(object value) => value is string text ? Quoted(text) : Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>True when the database has let the change be made; false when it refuses it.</summary>
    public static async Task<bool> TryAsync(ILedgerHarness harness, string statement)
    {
        await using var connection = await harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        try
        {
            return await command.ExecuteNonQueryAsync() == 1;
        }
        catch (DbException)
        {
            return false;
        }
    }
}
