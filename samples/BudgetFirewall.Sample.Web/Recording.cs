using BudgetFirewall.Receipts;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Sample.Web;

/// <summary>
/// The ledger: <c>Ledger=sqlite:PATH</c>, <c>Ledger=postgres:CONNECTION</c> or <c>Ledger=none</c>. Without the setting it is a new SQLite file in the temporary folder; with Redis, whose
/// instances have to share one ledger, it is none. Entries have receipts, signed with the key in <c>LedgerKey=PATH</c>, a file of PEM that is made where there is none; without the setting it lies beside the file of the ledger, and PostgreSQL has no receipts.
/// </summary>
internal static class Recording
{
    private const string Name = "Ledger";
    private const string None = "none";
    private const string Sqlite = "sqlite:";
    private const string Postgres = "postgres:";

    /// <returns>True when there is a ledger.</returns>
    public static bool AddTo(WebApplicationBuilder builder, BudgetFirewallServiceBuilder firewall, bool isInMemory)
    {
        var setting = Setting.Of(builder.Configuration, Name) ?? (isInMemory ? Sqlite + NewFile() : None);
        if (setting == None)
            return false;
        var key = Setting.Of(builder.Configuration, "LedgerKey");
        if (setting.StartsWith(Sqlite, StringComparison.Ordinal) && setting.Length > Sqlite.Length)
            UseFile(firewall, Path.GetFullPath(setting[Sqlite.Length..]), key);
        else if (setting.StartsWith(Postgres, StringComparison.Ordinal) && setting.Length > Postgres.Length)
            firewall.UsePostgresLedger(setting[Postgres.Length..], options => options.Receipts = key is null ? null : Receipts(key, Path.GetFullPath(key) + ".checkpoints"));
        else
            // Without the value, which may have a password.
            throw new FormatException($"{Name} must be {Sqlite}PATH, {Postgres}CONNECTION or {None}");
        return true;
    }

    private static void UseFile(BudgetFirewallServiceBuilder firewall, string path, string? key)
    {
        Console.Out.WriteLine(DisplayText.Escape($"The ledger is {path}"));
        firewall.UseSqliteLedger(new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString, options =>
        {
            options.JournalPath = path + ".journal";
            options.Receipts = Receipts(key ?? path + ".key.pem", path + ".checkpoints");
        });
    }

    // Real applications keep the key in a vault, and publish checkpoints where nobody who can write to the database can.
    private static LedgerReceiptOptions Receipts(string keyPath, string checkpoints)
    {
        var signer = File.Exists(keyPath) ? EcdsaSigner.FromPem(File.ReadAllText(keyPath)) : EcdsaSigner.Generate();
        if (!File.Exists(keyPath))
            File.WriteAllText(keyPath, signer.ExportPem());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new() { Origin = "sample/ledger", Signer = signer, Publish = new CheckpointFolder(checkpoints).PublishAsync };
    }

    private static string NewFile() => Path.Combine(Path.GetTempPath(), $"budget-ledger-{Guid.NewGuid():n}.db");
}
