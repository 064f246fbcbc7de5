using BudgetFirewall.Conformance;
using BudgetFirewall.Receipts;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>Receipts of a firewall's ledger: which checkpoints it makes by itself.</summary>
public sealed class CheckpointsAreMadeTests : IDisposable
{
    private const string Origin = "example.com/ledger";

    private readonly string _folder = Directory.CreateTempSubdirectory("receipts").FullName;
    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();
    private readonly ManualTimeProvider _clock = new(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
    private readonly CheckpointFolder _published;
    private bool _isPlaceAway;

    public CheckpointsAreMadeTests() => _published = new(Path.Combine(_folder, "checkpoints"));

    public void Dispose()
    {
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_checkpoint_is_made_after_the_time_after_so_many_entries_and_at_the_end()
    {
        await using (var provider = Provider(options => options with { CheckpointEvery = TimeSpan.FromMinutes(1), CheckpointEntries = 3 }))
        {
            await ChargeAsync(provider, 1);
            (await SizesAsync()).Should().BeEmpty();

            _clock.Advance(TimeSpan.FromMinutes(1));
            await UntilAsync(1);
            await ChargeAsync(provider, 2);
            await UntilAsync(3);
            await ChargeAsync(provider, 1);
        }

        (await SizesAsync()).Should().Equal([1, 3, 4], "the last one is made when the firewall is closed");
    }

    [Fact]
    public async Task A_place_of_publication_that_is_away_gets_the_next_checkpoint_and_holds_nothing_up()
    {
        await using var provider = Provider(options => options with { CheckpointEvery = TimeSpan.FromMinutes(1), CheckpointEntries = null });
        _isPlaceAway = true;
        await ChargeAsync(provider, 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await ChargeAsync(provider, 1);
        (await SizesAsync()).Should().BeEmpty();

        _isPlaceAway = false;
        _clock.Advance(TimeSpan.FromMinutes(1));

        await UntilAsync(2);
    }

    [Fact]
    public async Task A_place_of_publication_that_is_away_is_told_as_a_ledger_that_does_not_answer()
    {
        await using var ledger = SqliteLedger.Open(ConnectionString);
        var receipts = LedgerReceipts.Of(ledger, Options);
        await ledger.AppendAsync([SampleEntries.Charge(0)]);
        _isPlaceAway = true;

        await FluentActions.Awaiting(async () => await receipts.GetAsync(SampleEntries.Charge(0).Id)).Should().ThrowAsync<LedgerException>().WithInnerException(typeof(IOException));

        _isPlaceAway = false;
        ReceiptVerifier.Verify((await receipts.GetAsync(SampleEntries.Charge(0).Id))!, [_signer.Key], Origin).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task Whatever_a_signer_throws_is_told_as_a_ledger_that_does_not_answer_and_a_caller_who_cancels_is_told_that()
    {
        await using var ledger = SqliteLedger.Open(ConnectionString);
        Exception failure = new FormatException("The vault is odd.");
        using var cancelling = new CancellationTokenSource();
        var receipts = LedgerReceipts.Of(ledger, Options with { Publish = (_, _) => throw failure });
        await ledger.AppendAsync([SampleEntries.Charge(0)]);

        (await FluentActions.Awaiting(async () => await receipts.CheckpointAsync()).Should().ThrowAsync<LedgerException>().WithMessage("*could not be signed or published*odd*")).WithInnerException<FormatException>();
        failure = new OperationCanceledException("The vault took too long.");
        await FluentActions.Awaiting(async () => await receipts.CheckpointAsync(null, cancelling.Token)).Should().ThrowAsync<LedgerException>();
        await cancelling.CancelAsync();

        await FluentActions.Awaiting(async () => await receipts.CheckpointAsync(null, cancelling.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_log_whose_checkpoint_fails_leaves_the_others_theirs()
    {
        await using (var ledger = SqliteLedger.Open(ConnectionString))
        {
            _ = LedgerReceipts.Of(ledger, Options);
            await ledger.AppendAsync([SampleEntries.Charge(0) with { Partition = "a" }, SampleEntries.Charge(1) with { Partition = "b" }]);
        }
        string? failing = null;
        await using (var provider = Provider(options => options with
        {
            Publish = (checkpoint, token) => checkpoint.Origin == (failing ??= checkpoint.Origin) ? throw new IOException("The place is away.") : _published.PublishAsync(checkpoint, token),
        }))
            await ChargeAsync(provider, 1);

        string[] logs = [Origin, $"{Origin}/partitions/a", $"{Origin}/partitions/b"];
        (await _published.ReadAsync()).Select(checkpoint => checkpoint.Origin).Should().Equal(logs.Where(log => log != failing));
    }

    [Fact]
    public async Task A_place_of_publication_that_hangs_does_not_keep_the_firewall_from_closing()
    {
        var isAsked = false;
        var provider = Provider(options => options with
        {
            Publish = (_, _) =>
            {
                isAsked = true;
                return new(Task.Delay(Timeout.Infinite, CancellationToken.None));
            },
        });
        await ChargeAsync(provider, 1);

        await provider.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        isAsked.Should().BeTrue();
    }

    [Fact]
    public async Task The_container_has_the_receipts_of_the_firewall_where_they_are_wanted()
    {
        await using var provider = Provider(options => options);
        var charge = await provider.GetRequiredService<IBudgetFirewall>().ChargeAsync(new() { Provider = "openai", UserId = "alice", Cost = 1m });
        await provider.GetRequiredService<ILedgerFeed>().FlushAsync();
        var entry = (await provider.GetRequiredService<ILedger>().ReadEntriesAsync(new() { OperationId = charge.OperationId })).Entries[0];

        var receipt = await provider.GetRequiredService<ILedgerReceipts>().GetAsync(entry.Id);

        ReceiptVerifier.Verify(receipt!, [_signer.Key], Origin).IsValid.Should().BeTrue();
        await using var without = new ServiceCollection().AddBudgetFirewall().UseSqliteLedger($"Data Source={Path.Combine(_folder, "other.db")}").Services.BuildServiceProvider();
        without.GetService<ILedgerReceipts>().Should().BeNull();
    }

    [Fact]
    public async Task A_firewall_without_a_container_writes_receipts_that_its_ledger_has_afterwards()
    {
        await using (var firewall = new BudgetFirewallBuilder().UseSqliteLedger(ConnectionString, options => options.Receipts = Options).Build())
            await firewall.ChargeAsync(new() { Provider = "openai", Cost = 1m });

        await using var ledger = SqliteLedger.Open(ConnectionString);
        var all = await LedgerReceipts.Of(ledger, Options).VerifyAllAsync(await _published.ReadAsync());
        (all.Entries, all.Checkpoints, all.IsValid).Should().Be((1, 2, true));
    }

    [Fact]
    public async Task The_checkpoints_of_a_partition_with_a_long_name_are_published_and_an_empty_log_is_not()
    {
        await using var ledger = SqliteLedger.Open(ConnectionString);
        var receipts = LedgerReceipts.Of(ledger, Options);
        var partition = string.Concat(Enumerable.Repeat("äöü/", 60));
        (await receipts.CheckpointAsync(partition)).TreeSize.Should().Be(0);
        (await SizesAsync()).Should().BeEmpty();

        await ledger.AppendAsync([SampleEntries.Charge(0) with { Partition = partition }]);
        var checkpoint = await receipts.CheckpointAsync(partition);

        (await _published.ReadAsync()).Select(published => published.Text).Should().Equal(checkpoint.Text);
        (await receipts.VerifyAllAsync(await _published.ReadAsync(), partition)).IsValid.Should().BeTrue();
    }

    private string ConnectionString => $"Data Source={Path.Combine(_folder, "ledger.db")}";

    private LedgerReceiptOptions Options => new() { Origin = Origin, Signer = _signer, Publish = PublishAsync };

    private ValueTask PublishAsync(LedgerCheckpoint checkpoint, CancellationToken cancellationToken) =>
        _isPlaceAway ? throw new IOException("The place is away.") : _published.PublishAsync(checkpoint, cancellationToken);

    private ServiceProvider Provider(Func<LedgerReceiptOptions, LedgerReceiptOptions> change)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        services.AddBudgetFirewall().UseSqliteLedger(ConnectionString, options => options.Receipts = change(Options));
        return services.BuildServiceProvider();
    }

    private static async Task ChargeAsync(ServiceProvider provider, int times)
    {
        for (var i = 0; i < times; i++)
            await provider.GetRequiredService<IBudgetFirewall>().ChargeAsync(new() { Provider = "openai", Cost = 1m });
        await provider.GetRequiredService<ILedgerFeed>().FlushAsync();
    }

    private async Task<long[]> SizesAsync() => [.. (await _published.ReadAsync()).Select(checkpoint => checkpoint.TreeSize)];

    private async Task UntilAsync(long size)
    {
        for (var i = 0; i < 3_000 && !(await SizesAsync()).Contains(size); i++)
            await Task.Delay(20);
        (await SizesAsync()).Should().Contain(size);
    }
}
