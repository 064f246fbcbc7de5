using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Sample.Web;

/// <summary>
/// The ledger: <c>Ledger=sqlite:PATH</c>, <c>Ledger=postgres:CONNECTION</c> or <c>Ledger=none</c>. Without the setting it is a new SQLite file in the temporary folder; with Redis, whose
/// instances have to share one ledger, it is none.
/// </summary>
internal static class Recording
{
    private const string Name = "Ledger";
    private const string None = "none";
    private const string Sqlite = "sqlite:";
    private const string Postgres = "postgres:";

    public static void AddTo(WebApplicationBuilder builder, BudgetFirewallServiceBuilder firewall, bool isInMemory)
    {
        var setting = Setting.Of(builder.Configuration, Name) ?? (isInMemory ? Sqlite + NewFile() : None);
        if (setting == None)
            return;
        if (setting.StartsWith(Sqlite, StringComparison.Ordinal) && setting.Length > Sqlite.Length)
            UseFile(firewall, Path.GetFullPath(setting[Sqlite.Length..]));
        else if (setting.StartsWith(Postgres, StringComparison.Ordinal) && setting.Length > Postgres.Length)
            firewall.UsePostgresLedger(setting[Postgres.Length..]);
        else
            // Without the value, which may have a password.
            throw new FormatException($"{Name} must be {Sqlite}PATH, {Postgres}CONNECTION or {None}");
        // Who hears of what happens, as Events__Subscriptions__0__Url, and of which networks, as Events__AllowedNetworks__0=127.0.0.0/8.
        firewall.AddEventSubscriptions(builder.Configuration.GetSection("Events"));
    }

    private static void UseFile(BudgetFirewallServiceBuilder firewall, string path)
    {
        Console.Out.WriteLine(DisplayText.Escape($"The ledger is {path}"));
        firewall.UseSqliteLedger(new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString, options => options.JournalPath = path + ".journal");
    }

    private static string NewFile() => Path.Combine(Path.GetTempPath(), $"budget-ledger-{Guid.NewGuid():n}.db");
}
