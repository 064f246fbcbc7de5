using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>One transaction of a ledger's database and its connection. What is not committed is rolled back. Not thread-safe.</summary>
internal sealed class LedgerSession(DbConnection connection, DbTransaction transaction, LedgerStatements statements) : IAsyncDisposable
{
    public DbConnection Connection => connection;

    public DbTransaction Transaction => transaction;

    /// <summary>A statement without its values.</summary>
    public DbCommand Command(string name) => CommandOf(statements[name]);

    /// <summary>A statement with a list of numbers, of whatever length, as one value: <c>{among}</c> in its text is the condition that the column before it is one of them.</summary>
    public DbCommand Command(string name, IReadOnlyList<long> numbers)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = statements[name].Replace("{among}", statements.Dialect.AddNumbers(command, "@numbers", numbers), StringComparison.Ordinal);
        return command;
    }

    /// <summary>The same with a list of texts.</summary>
    public DbCommand Command(string name, IReadOnlyList<string> texts)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = statements[name].Replace("{among}", statements.Dialect.AddTexts(command, "@texts", [.. texts.Select(LedgerText.ToDatabase).OfType<string>()]), StringComparison.Ordinal);
        return command;
    }

    /// <summary>
    /// A statement with names for as many values in the place of <c>{list}</c>, with the condition of a filter for each of others in the place of <c>{filters}</c>, and with its order in the place of <c>{order}</c>.
    /// </summary>
    public DbCommand Command<T>(string name, IReadOnlyList<T> list, IReadOnlyList<long>? filters = null, bool isOldestFirst = false) where T : notnull
    {
        var text = statements[name].Replace("{list}", string.Join(", ", list.Select((_, i) => Numbered("@v", i))), StringComparison.Ordinal)
            .Replace("{order}", isOldestFirst ? "asc" : "desc", StringComparison.Ordinal);
        var conditions = filters?.Select((_, i) => statements["filter_scope"].Replace("@value", Numbered("@f", i), StringComparison.Ordinal)) ?? [];
        var command = CommandOf(text.Replace("{filters}", string.Concat(conditions), StringComparison.Ordinal));
        for (var i = 0; i < list.Count; i++)
            command.With(Numbered("v", i), list[i]);
        for (var i = 0; i < filters?.Count; i++)
            command.With(Numbered("f", i), filters[i]);
        return command;
    }

    public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
        }
        catch (DbException)
        {
            // The connection is gone, and the transaction with it.
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}{number}");

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The text is a file of this package; what others give are values.")]
    private DbCommand CommandOf(string text)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }
}
