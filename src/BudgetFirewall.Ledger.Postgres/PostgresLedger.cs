using Npgsql;

namespace BudgetFirewall;

/// <summary>Ledgers in PostgreSQL databases, version 13 or later.</summary>
public static class PostgresLedger
{
    /// <summary>A ledger in a database. Its tables, whose names begin with <c>ledger_</c>, are made at the first call in the first schema of the search path.</summary>
    /// <param name="connectionString">The connection string of Npgsql, as <c>Host=localhost;Database=ledger;Username=ledger</c>.</param>
    /// <param name="timeProvider">The clock by which entries grow old; null for the system's.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public static DatabaseLedger Open(string connectionString, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return new DatabaseLedger(new PostgresDialect(NpgsqlDataSource.Create(connectionString), isOwned: true), timeProvider);
    }

    /// <summary>A ledger in a database, over connections that the application makes.</summary>
    /// <param name="source">Makes the connections; it is not disposed with the ledger.</param>
    /// <param name="timeProvider">The clock by which entries grow old; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    public static DatabaseLedger Open(NpgsqlDataSource source, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new DatabaseLedger(new PostgresDialect(source, isOwned: false), timeProvider);
    }
}
