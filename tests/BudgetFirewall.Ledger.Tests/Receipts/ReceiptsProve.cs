using System.Globalization;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

public abstract class ReceiptsProve<THarness> : LedgerSuite<THarness>, IDisposable where THarness : ILedgerHarness, new()
{
    private const string Origin = "example.com/ledger";

    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();
    private readonly List<LedgerCheckpoint> _published = [];

    private LedgerReceiptOptions Options => new()
    {
        Origin = Origin,
        Signer = _signer,
        Publish = (checkpoint, _) =>
        {
            _published.Add(checkpoint);
            return default;
        },
    };

    private LedgerReceipts Receipts => LedgerReceipts.Of(Ledger, Options);

    public void Dispose()
    {
        _signer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_entry_has_a_receipt_that_is_valid_without_the_ledger()
    {
        var receipts = Receipts;
        await Ledger.AppendAsync([.. Enumerable.Range(0, 40).Select(i => SampleEntries.Charge(i, $"user-{i % 3}"))]);
        await Ledger.AppendAsync([SampleEntries.Whole, SampleEntries.Whole with { OperationId = "other", Kind = LedgerEntryKind.Denial }]);

        foreach (var entry in await ReadAllAsync(new()))
        {
            var receipt = await receipts.GetAsync(entry.Id);

            receipt!.Entry.Should().BeEquivalentTo(entry, options => options.ComparingByMembers<LedgerEntry>());
            ReceiptVerifier.Verify(receipt.ToJson(), [_signer.Key], Origin).Should().Be(new ReceiptVerification(Fault: null, Reason: null));
        }
        (await receipts.GetAsync("0006484b3f2a4240-0123456789abcdef")).Should().BeNull();
        (await receipts.GetAsync("nothing")).Should().BeNull();
        _published.Should().HaveCount(2, "one for each partition has all entries");
        (await VerifyAsync()).Should().BeEmpty();
        (await VerifyAsync(partition: SampleEntries.Whole.Partition)).Should().BeEmpty();
    }

    [Fact]
    public async Task An_empty_log_has_a_checkpoint_of_the_size_zero()
    {
        var checkpoint = await Receipts.CheckpointAsync();

        (checkpoint.TreeSize, checkpoint.Root, checkpoint.IsSignedBy(_signer.Key)).Should().Be((0L, MerkleHash.OfEmptyTree, true));
        (await Receipts.CheckpointAsync("nobody")).TreeSize.Should().Be(0);
        (await VerifyAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_log_without_entries_is_signed_once_until_it_has_some()
    {
        var receipts = Receipts;
        var (whole, nobody) = (await receipts.CheckpointAsync(), await receipts.CheckpointAsync("nobody"));

        (await receipts.CheckpointAsync()).Text.Should().Be(whole.Text);
        (await receipts.CheckpointAsync("nobody")).Text.Should().Be(nobody.Text);
        await Ledger.AppendAsync([SampleEntries.Charge(1)]);
        (await receipts.CheckpointAsync()).TreeSize.Should().Be(1);
        (await receipts.CheckpointAsync("nobody")).Text.Should().Be(nobody.Text);
    }

    [Fact]
    public async Task Checkpoints_follow_from_one_another()
    {
        var receipts = Receipts;
        var checkpoints = new List<LedgerCheckpoint> { await receipts.CheckpointAsync() };
        for (var i = 0; i < 12; i++)
        {
            await Ledger.AppendAsync([.. Enumerable.Range(i * 10, i + 1).Select(number => SampleEntries.Charge(number))]);
            checkpoints.Add(await receipts.CheckpointAsync());
            (await receipts.CheckpointAsync()).Text.Should().Be(checkpoints[^1].Text, "nothing was appended since");
        }
        foreach (var first in checkpoints)
        {
            foreach (var second in checkpoints.Where(second => second.TreeSize >= first.TreeSize && first.TreeSize > 0))
            {
                var proof = await receipts.ProveConsistencyAsync(first, second);
                MerkleProof.VerifyConsistency(first.TreeSize, second.TreeSize, proof.AsSpan(), first.Root, second.Root).Should().BeTrue();
            }
        }
        await FluentActions.Awaiting(async () => await receipts.ProveConsistencyAsync(checkpoints[2], checkpoints[1])).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Two_writers_at_once_make_one_tree()
    {
        await using var other = Harness.Open(Clock);
        _ = (Receipts, LedgerReceipts.Of(other, Options));
        var entries = Enumerable.Range(0, 300).Select(i => SampleEntries.Charge(i)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => await (i % 2 == 0 ? Ledger : other).AppendAsync([.. entries.Skip(i * 30).Take(150)]))));

        (await Receipts.CheckpointAsync()).TreeSize.Should().Be(300, "what is delivered twice has one leaf");
        (await VerifyAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Entries_that_are_removed_for_their_age_leave_their_leaves()
    {
        var receipts = Receipts;
        await Ledger.AppendAsync([.. Enumerable.Range(0, 20).Select(i => SampleEntries.Charge(i))]);
        Clock.Advance(TimeSpan.FromDays(100));
        await Ledger.AppendAsync([SampleEntries.Charge(20) with { Time = Clock.GetUtcNow() }]);
        await receipts.CheckpointAsync();

        (await Ledger.RemoveOldAsync(LedgerRetention.Of(TimeSpan.FromDays(10)))).Removed.Should().Be(20);

        var result = await receipts.VerifyAllAsync(_published);
        (result.Entries, result.Removed, result.IsValid).Should().Be((21L, 20L, true));
        var receipt = await receipts.GetAsync((await ReadAllAsync(new()))[0].Id);
        ReceiptVerifier.Verify(receipt!, [_signer.Key], Origin).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task Without_receipts_nothing_is_written_for_them()
    {
        await Ledger.AppendAsync([SampleEntries.Charge(0)]);

        (await CountAsync("count(*) from ledger_leaves")).Should().Be(0);
        (await Receipts.GetAsync(SampleEntries.Charge(0).Id)).Should().BeNull();
    }

    [Fact]
    public async Task A_checkpoint_that_is_forged_is_found()
    {
        await FillAsync();
        using var other = EcdsaSigner.Generate();

        (await VerifyAsync([await LedgerCheckpoint.SignAsync(Origin, 5, MerkleHash.OfEmptyTree, other)])).Should().Equal(LedgerFindingKind.CheckpointForged);
        (await VerifyAsync([await LedgerCheckpoint.SignAsync(Origin, 5, MerkleHash.OfLeaf([]), _signer)])).Should().Equal(LedgerFindingKind.CheckpointDiffers);
    }

    [Theory]
    [InlineData("delete from ledger_entries where id = (select entry_id from ledger_leaves where partition_id = 0 and leaf_index = 7)", LedgerFindingKind.EntryMissing, 7)]
    [InlineData("delete from ledger_leaves where partition_id = 0 and leaf_index = 7", LedgerFindingKind.TreeChanged, 7)]
    [InlineData("delete from ledger_leaves where partition_id = 0 and leaf_index >= 15", LedgerFindingKind.CutOff, 15)]
    [InlineData("delete from ledger_tree_nodes where partition_id = 0", LedgerFindingKind.TreeChanged, null)]
    [InlineData("update ledger_leaves set entry_id = -1 where partition_id = 0 and leaf_index = 7", LedgerFindingKind.EntryMissing, 7)]
    [InlineData("update ledger_trees set size = size - 1 where partition_id = 0", LedgerFindingKind.TreeChanged, null)]
    [InlineData("update ledger_checkpoints set text = 'x'", LedgerFindingKind.CheckpointForged, null)]
    [InlineData("update ledger_personal_values set salt = null where entry_id = (select entry_id from ledger_leaves where partition_id = 0 and leaf_index = 7)", LedgerFindingKind.EntryChanged, 7)]
    public async Task What_is_removed_or_cut_off_is_found_and_named(string statement, LedgerFindingKind kind, int? index)
    {
        await FillAsync();

        await ExecuteAsync(statement);

        var findings = (await Receipts.VerifyAllAsync(_published)).Findings;
        findings.Should().Contain(finding => finding.Kind == kind && finding.LeafIndex == index);
    }

    [Fact]
    public async Task A_row_that_is_added_is_found_and_named()
    {
        await FillAsync();
        await using (var without = Harness.Open(Clock))
            await without.AppendAsync([SampleEntries.Charge(1_000)]);

        var findings = (await Receipts.VerifyAllAsync(_published)).Findings;

        findings.Should().ContainSingle().Which.Should().Match<LedgerFinding>(finding => finding.Kind == LedgerFindingKind.EntryAdded && finding.EntryId == SampleEntries.Charge(1_000).Id);
    }

    [Fact]
    public async Task Rows_that_are_exchanged_are_found_and_named()
    {
        await FillAsync();
        await ExecuteAsync("update ledger_entries set amount_nanos = 3800015 - amount_nanos where amount_nanos in (1900005, 1900010)");

        var findings = (await Receipts.VerifyAllAsync(_published)).Findings;

        findings.Select(finding => (finding.Kind, finding.LeafIndex)).Should().BeEquivalentTo([(LedgerFindingKind.EntryChanged, (long?)5), (LedgerFindingKind.EntryChanged, 10L)]);
    }

    [Fact]
    public async Task Every_value_of_every_row_that_says_what_an_entry_is_can_be_changed_only_to_be_found()
    {
        await FillAsync();
        // Sums, indexes, and what no entry says: the time until which a counter is needed.
        string[] tables =
        [
            "ledger_entries", "ledger_entry_counters", "ledger_entry_lines", "ledger_attributions", "ledger_families", "ledger_price_lines", "ledger_leaves", "ledger_tree_nodes",
            "ledger_trees", "ledger_personal_values", "ledger_checkpoints",
        ];
        var missed = new List<string>();
        var tried = 0;
        foreach (var table in tables)
        {
            foreach (var (set, back) in await ChangesAsync(table))
            {
                tried++;
                await ExecuteAsync(set);
                if ((await VerifyAsync()).Count + (await VerifyAsync(partition: SampleEntries.Whole.Partition)).Count == 0)
                    missed.Add(set);
                await ExecuteAsync(back);
            }
        }

        missed.Should().BeEmpty();
        tried.Should().BeGreaterThan(80);
        ((await VerifyAsync()).Count + (await VerifyAsync(partition: SampleEntries.Whole.Partition)).Count).Should().Be(0, "all was put back");
    }

    [Fact]
    public async Task Checkpoints_in_a_folder_are_read_again()
    {
        var path = Directory.CreateTempSubdirectory("checkpoints").FullName;
        var folder = new CheckpointFolder(path);
        var receipts = LedgerReceipts.Of(Ledger, Options with { Publish = folder.PublishAsync });
        await Ledger.AppendAsync([SampleEntries.Charge(0)]);
        await receipts.CheckpointAsync();
        await Ledger.AppendAsync([SampleEntries.Charge(1)]);
        await receipts.CheckpointAsync();

        var read = await folder.ReadAsync();

        read.Select(checkpoint => checkpoint.TreeSize).Should().Equal(1, 2);
        (await receipts.VerifyAllAsync(read)).Should().Match<LedgerVerification>(result => result.IsValid && result.Checkpoints == 4);
        Directory.Delete(path, recursive: true);
    }

    private async Task FillAsync()
    {
        var receipts = Receipts;
        await Ledger.AppendAsync([.. Enumerable.Range(0, 20).Select(i => SampleEntries.Charge(i) with { Lines = [new("input_tokens", i, 0.5m, i * 0.5m)] })]);
        await Ledger.AppendAsync([SampleEntries.Whole]);
        await receipts.CheckpointAsync();
        await receipts.CheckpointAsync(SampleEntries.Whole.Partition);
        (await VerifyAsync()).Should().BeEmpty();
    }

    private async Task<List<LedgerFindingKind>> VerifyAsync(IReadOnlyList<LedgerCheckpoint>? published = null, string? partition = null) =>
        [.. (await Receipts.VerifyAllAsync(published ?? _published, partition)).Findings.Select(finding => finding.Kind)];

    /// <summary>A statement that changes each value of the first and the last row of a table, and one that puts the row back.</summary>
    private async Task<List<(string Set, string Back)>> ChangesAsync(string table)
    {
        var rows = new List<(string Name, object Value)[]>();
        await using (var connection = await Harness.ConnectAsync())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select * from {table} order by 1, 2";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), reader.GetValue(i)))]);
        }
        var changes = new List<(string Set, string Back)>();
        foreach (var row in rows.Count > 1 ? [rows[0], rows[^1]] : rows)
        {
            foreach (var (name, value) in row.Where(column => column.Value is not DBNull && !IsNoPartOfAnEntry(table, column.Name)))
            {
                var (other, same) = value is string text ? (Quoted(text + "1"), Quoted(text)) : ($"{Convert.ToInt64(value, CultureInfo.InvariantCulture) + 1_000_003}", $"{value}");
                changes.Add(($"update {table} set {name} = {other} where {Where(row, name, same)}", $"update {table} set {name} = {same} where {Where(row, name, other)}"));
            }
        }
        return changes;
    }

    // The place of a checkpoint is in its text; ids that a database gives cannot be changed in every one.
    private static bool IsNoPartOfAnEntry(string table, string column) =>
        (table, column) is ("ledger_checkpoints", "partition_id" or "tree_size") or ("ledger_families" or "ledger_attributions", "id");

    private static string Where((string Name, object Value)[] row, string changed, string value) => string.Join(
        " and ", row.Where(column => column.Value is not DBNull).Select(column => $"{column.Name} = {(column.Name == changed ? value : column.Value is string text ? Quoted(text) : $"{column.Value}")}"));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
