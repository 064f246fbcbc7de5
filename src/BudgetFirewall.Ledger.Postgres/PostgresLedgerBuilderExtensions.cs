namespace BudgetFirewall;

/// <summary>Records what a firewall charges in a PostgreSQL database. For firewalls made without a container.</summary>
/// <example><code>
/// await using var firewall = new BudgetFirewallBuilder()
///     .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m }))
///     .UsePostgresLedger("Host=localhost;Database=ledger;Username=ledger")
///     .Build();
/// </code></example>
public static class PostgresLedgerBuilderExtensions
{
    /// <summary>Records every charge, commit, reset and allowance, in the background and in batches. Disposing the firewall writes what waits, for at most 5 seconds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The connection string of Npgsql, as <c>Host=localhost;Database=ledger;Username=ledger</c>. The database is first used in the background.</param>
    /// <param name="configure">Changes the options of the delivery; null: the defaults.</param>
    /// <returns>The builder. Its firewall must keep its state in memory: building one with another store is an <see cref="InvalidOperationException"/>.</returns>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallBuilder UsePostgresLedger(this BudgetFirewallBuilder builder, string connectionString, Action<LedgerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return builder.UseLedger(clock => PostgresLedger.Open(connectionString, clock), configure);
    }
}
