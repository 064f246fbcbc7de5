using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>Gives values to statements and reads what they answer.</summary>
internal static class CommandExtensions
{
    /// <summary>The same command with one more value; text is changed to what databases keep.</summary>
    public static DbCommand With<T>(this DbCommand command, string name, T value) where T : notnull
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + name;
        parameter.Value = value is string text ? LedgerText.ToDatabase(text) : value;
        command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Runs a statement once, and disposes of it.</summary>
    /// <returns>The number of rows that it has changed.</returns>
    public static async ValueTask<int> ExecuteAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The text of a column.</summary>
    public static string Text(this DbDataReader reader, int column) => LedgerText.FromDatabase(reader.GetString(column));

    /// <summary>The text of a column; null where it has none.</summary>
    public static string? OptionalText(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Text(column);

    /// <summary>The number of a column; null where it has none.</summary>
    public static long? OptionalNumber(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
