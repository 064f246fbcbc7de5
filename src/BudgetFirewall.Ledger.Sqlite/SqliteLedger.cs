namespace BudgetFirewall;

/// <summary>Ledgers in SQLite files.</summary>
public static class SqliteLedger
{
    /// <summary>A ledger in a file, which is made at the first call if it is not there. Several processes may open one file; they write one after the other.</summary>
    /// <param name="connectionString">The connection string of Microsoft.Data.Sqlite, as <c>Data Source=ledger.db</c>.</param>
    /// <param name="timeProvider">The clock by which entries grow old; null for the system's.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read, or names no file.</exception>
    public static DatabaseLedger Open(string connectionString, TimeProvider? timeProvider = null) => new DatabaseLedger(new SqliteDialect(connectionString), timeProvider);
}
