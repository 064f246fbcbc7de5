namespace BudgetFirewall;

/// <summary>Records what a firewall charges in a PostgreSQL database, and registers the <see cref="ILedger"/>, plain for the unnamed firewall and keyed by its name for a named one.</summary>
/// <example><code>
/// services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall")).UsePostgresLedger("Host=localhost;Database=ledger;Username=ledger");
/// </code></example>
public static class PostgresLedgerServiceBuilderExtensions
{
    /// <summary>Records every charge, commit, reset and allowance, in the background and in batches. The firewall must keep its state in memory: a host with another store fails when it starts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The connection string of Npgsql, as <c>Host=localhost;Database=ledger;Username=ledger</c>. The database is first used in the background.</param>
    /// <param name="configure">Changes the options of the delivery; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallServiceBuilder UsePostgresLedger(this BudgetFirewallServiceBuilder builder, string connectionString, Action<LedgerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return builder.UseLedger(clock => PostgresLedger.Open(connectionString, clock), configure);
    }
}
