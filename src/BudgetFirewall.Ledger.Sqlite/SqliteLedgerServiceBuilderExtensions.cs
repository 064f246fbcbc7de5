namespace BudgetFirewall;

/// <summary>Records what a firewall charges in a SQLite file, and registers the <see cref="ILedger"/>, plain for the unnamed firewall and keyed by its name for a named one.</summary>
/// <example><code>
/// services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall")).UseSqliteLedger("Data Source=ledger.db");
/// </code></example>
public static class SqliteLedgerServiceBuilderExtensions
{
    /// <summary>Records every charge, commit, reset and allowance, in the background and in batches. The firewall must keep its state in memory: a host with another store fails when it starts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The connection string of Microsoft.Data.Sqlite, as <c>Data Source=ledger.db</c>. The database is first used in the background.</param>
    /// <param name="configure">Changes the options of the delivery; null: the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallServiceBuilder UseSqliteLedger(this BudgetFirewallServiceBuilder builder, string connectionString, Action<LedgerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return builder.UseLedger(clock => SqliteLedger.Open(connectionString, clock), configure);
    }
}
