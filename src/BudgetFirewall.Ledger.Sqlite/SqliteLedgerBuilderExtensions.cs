namespace BudgetFirewall;

/// <summary>Records what a firewall charges in a SQLite file. For firewalls made without a container.</summary>
/// <example><code>
/// await using var firewall = new BudgetFirewallBuilder()
///     .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m }))
///     .UseSqliteLedger("Data Source=ledger.db")
///     .Build();
/// </code></example>
public static class SqliteLedgerBuilderExtensions
{
    /// <summary>Records every charge, commit, reset and allowance, in the background and in batches. Disposing the firewall writes what waits, for at most 5 seconds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The connection string of Microsoft.Data.Sqlite, as <c>Data Source=ledger.db</c>. The database is first used in the background.</param>
    /// <param name="configure">Changes the options of the delivery; null: the defaults.</param>
    /// <returns>The builder. Its firewall must keep its state in memory: building one with another store is an <see cref="InvalidOperationException"/>.</returns>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BudgetFirewallBuilder UseSqliteLedger(this BudgetFirewallBuilder builder, string connectionString, Action<LedgerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return builder.UseLedger(clock => SqliteLedger.Open(connectionString, clock), configure);
    }
}
