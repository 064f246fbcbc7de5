using System.Text;
using BudgetFirewall.Conformance;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>What a firewall's erasure does about entries that are on their way, and about the journal that they were in.</summary>
public sealed class JournalsForgetPersonsTests : IDisposable
{
    private const string Person = "qx7zv-wkj3p";

    private readonly string _folder = Directory.CreateTempSubdirectory("erasure").FullName;

    private string Journal => Path.Combine(_folder, "journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_journal_has_nothing_more_of_entries_that_are_delivered()
    {
        await using var services = Build();
        await ChargeAsync(services, Person);
        await services.GetRequiredService<ILedgerFeed>().FlushAsync();
        Text().Should().Contain(Person);

        var result = await services.GetRequiredService<ILedgerErasure>().EraseAsync(BudgetScope.User(Person), "privacy");

        (result.ErasedId, result.IsComplete).Should().Be(("(erased 1)", true));
        Text().Should().NotContain(Person);
        await ChargeAsync(services, "bob");
        await services.GetRequiredService<ILedgerFeed>().FlushAsync();
        Text().Should().Contain("bob");
        (await services.GetRequiredService<ILedgerErasure>().EraseAsync(BudgetScope.User("nobody"), "privacy")).ErasedId.Should().BeNull();
        Text().Should().NotContain("bob", "it is forgotten by each erasure");
    }

    [Fact]
    public async Task Entries_that_wait_are_told_of_by_the_erasure_itself()
    {
        await using var services = Build();
        await ChargeAsync(services, Person);
        await services.GetRequiredService<ILedgerFeed>().FlushAsync();
        await HoldUpAsync();
        await ChargeAsync(services, Person);
        var erasure = services.GetRequiredService<ILedgerErasure>();

        var result = await erasure.EraseAsync(BudgetScope.User(Person), "privacy");

        result.Remainders.Should().Contain(remainder => remainder.Place == LedgerErasurePlace.Waiting && remainder.Count == 1);
        (result.IsComplete, Text().Contains(Person, StringComparison.Ordinal)).Should().Be((false, true), "what waits stays in the journal");
    }

    [Fact]
    public async Task A_journal_that_cannot_be_made_shorter_is_a_place_that_may_have_the_id()
    {
        await using var services = Build();
        await ChargeAsync(services, Person);
        await services.GetRequiredService<ILedgerFeed>().FlushAsync();
        // A folder is in the way of the new file, and something waits, so that the old one cannot be emptied.
        Directory.CreateDirectory(Journal + ".new");
        await HoldUpAsync();
        await ChargeAsync(services, "bob");

        var result = await services.GetRequiredService<ILedgerErasure>().EraseAsync(BudgetScope.User(Person), "privacy");

        result.Remainders.Select(remainder => remainder.Place).Should().Contain(LedgerErasurePlace.Journal);
        result.IsComplete.Should().BeFalse();
    }

    [Fact]
    public async Task Copies_of_a_journal_that_was_damaged_are_named_until_they_are_deleted()
    {
        await using (var first = Build())
            await ChargeAsync(first, Person);
        await File.AppendAllTextAsync(Journal, "0123456789abcdef {\"half\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "journal-of-another.corrupt-1"), Person);
        await using var services = Build();
        await services.GetRequiredService<ILedgerFeed>().FlushAsync();
        var erasure = services.GetRequiredService<ILedgerErasure>();

        var result = await erasure.EraseAsync(BudgetScope.User(Person), "privacy");

        var copy = Directory.GetFiles(_folder, "journal.corrupt-*").Should().ContainSingle().Which;
        var damaged = result.Remainders.Should().ContainSingle().Which;
        (damaged.Place, damaged.Count, damaged.Files.Single(), result.IsComplete).Should().Be((LedgerErasurePlace.DamagedJournal, 1, copy, false));
        File.Delete(copy);
        (await erasure.EraseAsync(BudgetScope.User(Person), "privacy")).IsComplete.Should().BeTrue();
    }

    /// <summary>Entries wait from now on.</summary>
    private async Task HoldUpAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "ledger.db")}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "create trigger hold_up before insert on ledger_entries begin select raise(abort, 'held up'); end";
        await command.ExecuteNonQueryAsync();
    }

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ManualTimeProvider(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero)));
        services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m }))
            .UseSqliteLedger($"Data Source={Path.Combine(_folder, "ledger.db")}", options => options.JournalPath = Journal);
        return services.BuildServiceProvider();
    }

    private static async Task ChargeAsync(ServiceProvider services, string user) =>
        await services.GetRequiredService<IBudgetFirewall>().ChargeAsync(new() { Provider = "openai", UserId = user, Cost = 1m });

    private string Text()
    {
        using var file = new FileStream(Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
