namespace BudgetFirewall.Tool;

/// <summary>What a firewall in this process is made of.</summary>
/// <param name="Config">The configuration file; null where the command line names none.</param>
/// <param name="Redis">The address of Redis; null: state is in memory.</param>
/// <param name="Ledger">The ledger as <c>sqlite:PATH</c> or <c>postgres:CONNECTION</c>; null: none.</param>
/// <param name="Partition">The partition; null for none.</param>
internal sealed record LocalSettings(FileInfo? Config, string? Redis, string? Ledger, string? Partition)
{
    public const string Sqlite = "sqlite:";
    public const string Postgres = "postgres:";
}
