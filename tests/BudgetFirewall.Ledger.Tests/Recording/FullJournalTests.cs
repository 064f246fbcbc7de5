using BudgetFirewall.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A journal whose disk is full, while the ledger's database has room on another.</summary>
public sealed class FullJournalTests : IAsyncLifetime, IDisposable
{
    private readonly SqliteHarness _harness = new();
    private readonly SmallDisk _disk = new(kilobytes: 64);
    private readonly ManualTimeProvider _clock = new(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
    private readonly AwayLedger _away = new();

    private string Journal => Path.Combine(_disk.Folder, "journal");

    public Task InitializeAsync() => _harness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task A_journal_that_fills_its_disk_makes_room_by_what_is_delivered()
    {
        await using var process = Process();
        var (firewall, feed) = (process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>());
        var calls = await ChargeUntilFullAsync(firewall, feed);
        new FileInfo(Journal).Length.Should().BeInRange(40_000, 64 * 1_024);

        _away.IsAway = false;
        await DrainAsync(feed);
        feed.Status.Unkept.Should().Be(0);
        _away.IsAway = true;
        calls += await ChargeUntilFullAsync(firewall, feed);
        _away.IsAway = false;
        await DrainAsync(feed);

        await using var ledger = _harness.Open(_clock);
        (await ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(calls, calls));
    }

    [Fact]
    public async Task A_journal_in_which_what_is_delivered_had_the_last_room_makes_room_all_the_same()
    {
        await using var process = Process();
        var (firewall, feed) = (process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>());
        // So long that a page has room for few of them, and behind them for the short lines of what is delivered.
        var call = new BudgetRequest { Provider = "openai", Cost = 1m, Dimensions = Enumerable.Range(0, 6).ToDictionary(i => $"d{i}", i => new string((char)('a' + i), 200)) };
        _disk.Fill();
        while (feed.Status.Unkept == 0)
            await firewall.ChargeAsync(call);
        feed.Status.Waiting.Should().BeInRange(2, 10);

        _away.IsAway = false;
        await DrainAsync(feed);
        _away.IsAway = true;
        await firewall.ChargeAsync(call);

        feed.Status.Should().BeEquivalentTo(new { Waiting = 1, Unkept = 0 });
        _away.IsAway = false;
    }

    [Fact]
    public async Task A_journal_that_was_full_is_read_by_the_next_process()
    {
        int calls, unkept;
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var left = Path.Combine(folder, "left");
        await using (var process = Process())
        {
            calls = await ChargeUntilFullAsync(process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>());
            unkept = process.GetRequiredService<ILedgerFeed>().Status.Unkept;
            // A process that is killed leaves the file as it is now.
            File.Copy(Journal, left);
            _away.IsAway = false;
            await DrainAsync(process.GetRequiredService<ILedgerFeed>());
        }
        await using (var connection = await _harness.ConnectAsync())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "delete from ledger_entries";
            await command.ExecuteNonQueryAsync();
        }

        await using (var process = Process(left))
            await process.GetRequiredService<ILedgerFeed>().FlushAsync();

        await using var ledger = _harness.Open(_clock);
        (await ledger.GetTotalAsync(new())).Count.Should().Be(calls - unkept);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int> ChargeUntilFullAsync(IBudgetFirewall firewall, ILedgerFeed feed)
    {
        var calls = 0;
        for (; feed.Status.Unkept < 3; calls++)
            await firewall.ChargeAsync(new() { Provider = "openai", Cost = 1m });
        calls.Should().BeInRange(50, 1_000);
        return calls;
    }

    private async Task DrainAsync(ILedgerFeed feed)
    {
        for (var flushing = feed.FlushAsync(); !flushing.IsCompleted; await Task.Delay(10))
            _clock.Advance(TimeSpan.FromSeconds(1));
    }

    private ServiceProvider Process(string? journal = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000_000m }))
            .UseLedger(clock => _away.Around(_harness.Open(clock)), options => (options.JournalPath, options.RestoreState) = (journal ?? Journal, false));
        return services.BuildServiceProvider();
    }
}
