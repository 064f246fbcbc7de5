using System.Text;
using BudgetFirewall.Receipts;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>The files of a SQLite ledger, byte by byte.</summary>
public sealed class FilesForgetPersonsTests : IDisposable
{
    private const string Person = "qx7zv-wkj3p";

    private readonly string _folder = Directory.CreateTempSubdirectory("erasure").FullName;

    private string ConnectionString => $"Data Source={Path.Combine(_folder, "ledger.db")};Pooling=False";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_of_the_id_is_left_in_the_files()
    {
        using var signer = EcdsaSigner.Generate();
        await using (var ledger = SqliteLedger.Open(ConnectionString))
        {
            LedgerReceipts.Of(ledger, new() { Origin = "example.com/ledger", Signer = signer });
            for (var i = 0; i < 50; i++)
                await ledger.AppendAsync(NamingEntries.Of(Person, new DateTimeOffset(2026, 3, 10, 12, i, 0, TimeSpan.Zero)));
            await ledger.RemoveOldAsync(new() { Ages = new Dictionary<LedgerEntryKind, TimeSpan> { [LedgerEntryKind.PoolChange] = TimeSpan.FromDays(1) } });
            Found().Should().NotBeEmpty();

            await LedgerErasure.Of(ledger).EraseAsync(BudgetScope.User(Person), by: Person);

            Found().Should().NotContain(file => file.EndsWith("-wal", StringComparison.Ordinal));
            await using var connection = new SqliteConnection(ConnectionString);
            await connection.OpenAsync();
            foreach (var text in new[] { "vacuum", "pragma wal_checkpoint(truncate)" })
            {
                await using var command = connection.CreateCommand();
                command.CommandText = text;
                await command.ExecuteNonQueryAsync();
            }
            Found().Should().BeEmpty();
        }
        Found().Should().BeEmpty();
    }

    private List<string> Found()
    {
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(_folder))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            if (copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Person)) >= 0)
                found.Add(file);
        }
        return found;
    }
}
