using System.Data.Common;
using BudgetFirewall.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BudgetFirewall;

/// <summary>
/// A statement that is run for one row after another, by the functions of SQLite itself: ADO.NET boxes each value and looks up its name each time. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int _values;

    /// <param name="transaction">The transaction.</param>
    /// <param name="text">The statement. Its values are <c>?1</c>, <c>?2</c> and so on, in the order of a row's columns.</param>
    /// <exception cref="SqliteException">The statement cannot be read.</exception>
    public SqliteStatement(DbTransaction transaction, string text)
    {
        _database = ((SqliteConnection)transaction.Connection!).Handle!;
        Check(raw.sqlite3_prepare_v2(_database, text, out _statement));
        _values = raw.sqlite3_bind_parameter_count(_statement);
    }

    /// <summary>Runs the statement for one row.</summary>
    /// <returns>The number that it answers first; null for none.</returns>
    /// <exception cref="SqliteException">SQLite refuses.</exception>
    public long? Run(LedgerRows rows, int row)
    {
        for (var i = 0; i < _values; i++)
            Check(i < rows.NumberColumns ? Bind(i + 1, rows.Numbers(i)[row]) : Bind(i + 1, rows.Texts(i)[row]));
        var result = raw.sqlite3_step(_statement);
        long? answer = result == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_statement, 0) : null;
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            Check(result);
        Check(raw.sqlite3_reset(_statement));
        return answer;
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, long? number) => number is { } value ? raw.sqlite3_bind_int64(_statement, place, value) : raw.sqlite3_bind_null(_statement, place);

    private int Bind(int place, string? text) => text is null ? raw.sqlite3_bind_null(_statement, place) : raw.sqlite3_bind_text(_statement, place, text);

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
