using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Tool;

/// <summary>Makes the firewall or the ledger of this process from what the command line names.</summary>
internal static class LocalFirewall
{
    // A process that has just begun connects first, and may have to read a ledger; whoever waits for a command waits for that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A firewall with all that belongs to it.</summary>
    /// <exception cref="ToolException">No configuration file is named, or something named cannot be used.</exception>
    public static ServiceProvider Make(LocalSettings settings)
    {
        if (settings.Config is null)
            throw new ToolException(ExitCode.BadInput, "This needs --config FILE, or --url ADDRESS.");
        var services = new ServiceCollection();
        var firewall = services.AddBudgetFirewall(SettingsFile.Read(settings.Config), options => options.StoreTimeout = options.StoreTimeout < Patience ? Patience : options.StoreTimeout);
        if (settings.Redis is not null)
            firewall.UseRedis(settings.Redis);
        if (settings.Ledger is not { } ledger)
            return services.BuildServiceProvider();
        // One comparison is asked for; none is to begin by itself.
        if (ledger.StartsWith(LocalSettings.Sqlite, StringComparison.Ordinal))
            firewall.UseSqliteLedger(SqliteConnection(ledger), options => options.ReconcileEvery = null);
        else
            firewall.UsePostgresLedger(PostgresConnection(ledger), options => options.ReconcileEvery = null);
        return services.BuildServiceProvider();
    }

    /// <summary>The ledger alone.</summary>
    /// <exception cref="ToolException">No ledger is named, or it is not there.</exception>
    public static DatabaseLedger OpenLedger(LocalSettings settings)
    {
        if (settings.Ledger is not { } ledger)
            throw new ToolException(ExitCode.BadInput, "This needs --ledger sqlite:PATH or postgres:CONNECTION, or --url ADDRESS.");
        return ledger.StartsWith(LocalSettings.Sqlite, StringComparison.Ordinal) ? SqliteLedger.Open(SqliteConnection(ledger)) : PostgresLedger.Open(PostgresConnection(ledger));
    }

    private static string SqliteConnection(string ledger)
    {
        var path = Path.GetFullPath(ledger[LocalSettings.Sqlite.Length..]);
        // SQLite would make an empty one, and every sum of it would be 0.
        return File.Exists(path)
            ? new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite }.ConnectionString
            : throw new ToolException(ExitCode.BadInput, $"There is no ledger {path}.");
    }

    private static string PostgresConnection(string ledger) => ledger.StartsWith(LocalSettings.Postgres, StringComparison.Ordinal) && ledger.Length > LocalSettings.Postgres.Length
        ? ledger[LocalSettings.Postgres.Length..]
        // Without the value, which may have a password.
        : throw new ToolException(ExitCode.BadInput, "--ledger must be sqlite:PATH or postgres:CONNECTION.");
}
