namespace BudgetFirewall.Reliability;

/// <summary>The ledger of a job.</summary>
public static class LedgerJob
{
    private const string OfSqlite = "sqlite:";
    private const string OfPostgres = "postgres:";

    /// <summary>Opens the database that a job names.</summary>
    public static ILedger Open(string database) => database switch
    {
        _ when database.StartsWith(OfSqlite, StringComparison.Ordinal) => SqliteLedger.Open(database[OfSqlite.Length..]),
        _ when database.StartsWith(OfPostgres, StringComparison.Ordinal) => PostgresLedger.Open(database[OfPostgres.Length..]),
        _ => throw new ArgumentException($"'{database}' names no database.", nameof(database)),
    };

    /// <summary>What a process is quick to take over from one that was killed.</summary>
    public static void Configure(LedgerOptions options) => (options.TakeOverAfter, options.RetryAfter) = (TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));

    internal static BudgetFirewallBuilder Use(WorkJob job, BudgetFirewallBuilder builder) => job.Ledger is { } database ? builder.UseLedger(_ => Open(database), Configure) : builder;
}
