using BudgetFirewall.Receipts;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>A ledger whose rows somebody changes who can write to the database and has not the key: each change is found, and what it is about is named.</summary>
public abstract class TamperingIsFound<THarness> : LedgerSuite<THarness>, IDisposable where THarness : ILedgerHarness, new()
{
    private const string Origin = "example.com/ledger";
    private const int EntriesOfRound = 24;

    // What belongs to an entry.
    private static readonly (string Table, string Key)[] Tables =
        [("ledger_entries", "id"), ("ledger_entry_counters", "entry_id"), ("ledger_entry_lines", "entry_id"), ("ledger_personal_values", "entry_id"), ("ledger_personal_texts", "entry_id"), ("ledger_leaves", "entry_id")];

    private static readonly string[] Parts = ["ledger_entry_counters", "ledger_entry_lines", "ledger_entry_scopes", "ledger_personal_values", "ledger_personal_texts"];

    private static readonly int Entries = Soak.Times(24, 240);
    private static readonly int Tampered = Soak.Times(2, 200);
    private static readonly int TamperedOfRound = Soak.Times(2, EntriesOfRound);

    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();
    private readonly List<LedgerCheckpoint> _published = [];
    private int _first;

    public void Dispose()
    {
        _signer.Dispose();
        GC.SuppressFinalize(this);
    }

    // The whole ledger is verified for each byte, so that many small ledgers take less time than a large one.
    [Theory]
    [MemberData(nameof(TamperingRounds.All), MemberType = typeof(TamperingRounds))]
    public async Task Every_byte_of_a_row_that_is_changed_is_found_and_its_entry_or_place_is_named(int round)
    {
        _first = round * EntriesOfRound;
        var receipts = await FillAsync(EntriesOfRound);
        var (tried, refused) = (0, 0);
        foreach (var index in Places(EntriesOfRound, TamperedOfRound))
        {
            var (key, id) = await EntryAtAsync(index);
            foreach (var (table, column) in Tables)
            {
                foreach (var (set, back) in (await TamperedRow.ReadAsync(Harness, table, $"{column} = {key}")).SelectMany(row => row.EveryByte()))
                {
                    tried++;
                    if (!await TamperedRow.TryAsync(Harness, set))
                    {
                        refused++;
                        continue;
                    }
                    (await receipts.VerifyAllAsync(_published)).Findings.Should().Contain(finding => finding.LeafIndex == index || finding.EntryId == id, set);
                    (await TamperedRow.TryAsync(Harness, back)).Should().BeTrue(back);
                }
            }
        }

        (await receipts.VerifyAllAsync(_published)).IsValid.Should().BeTrue("all was put back");
        tried.Should().BeGreaterThan(250 * TamperedOfRound);
        refused.Should().BeLessThan(tried / 4);
    }

    [Fact]
    public async Task Rows_that_are_removed_exchanged_or_added_are_found_and_named()
    {
        var receipts = await FillAsync();
        foreach (var index in Places())
        {
            var ((key, id), other) = (await EntryAtAsync(index), await EntryAtAsync((index + 1) % Entries));
            await ExecuteAsync($"update ledger_entries set amount_nanos = 3800000 + {index} + {(index + 1) % Entries} - amount_nanos where id in ({key}, {other.Key})");
            (await FoundAsync(receipts)).Should().BeEquivalentTo([(LedgerFindingKind.EntryChanged, (long?)index, (string?)id), (LedgerFindingKind.EntryChanged, (index + 1) % Entries, other.Id)]);
            await ExecuteAsync($"update ledger_entries set amount_nanos = 3800000 + {index} + {(index + 1) % Entries} - amount_nanos where id in ({key}, {other.Key})");

            await ExecuteAsync($"update ledger_leaves set entry_id = -entry_id where entry_id in ({key}, {other.Key})");
            await ExecuteAsync($"update ledger_leaves set entry_id = {key} where entry_id = -{other.Key}");
            await ExecuteAsync($"update ledger_leaves set entry_id = {other.Key} where entry_id = -{key}");
            (await FoundAsync(receipts)).Should().BeEquivalentTo([(LedgerFindingKind.EntryChanged, (long?)index, (string?)other.Id), (LedgerFindingKind.EntryChanged, (index + 1) % Entries, id)], "two leaves have changed their entries");
            await ExecuteAsync($"update ledger_leaves set entry_id = -entry_id where entry_id in ({key}, {other.Key})");
            await ExecuteAsync($"update ledger_leaves set entry_id = {key} where entry_id = -{other.Key}");
            await ExecuteAsync($"update ledger_leaves set entry_id = {other.Key} where entry_id = -{key}");
        }
        (await FoundAsync(receipts)).Should().BeEmpty("all was put back");

        await using (var without = Harness.Open(Clock))
            await without.AppendAsync([SampleEntries.Charge(1_000)]);
        (await FoundAsync(receipts)).Should().Equal((LedgerFindingKind.EntryAdded, null, SampleEntries.Charge(1_000).Id));
        await ExecuteAsync(
            "insert into ledger_leaves (partition_id, leaf_index, entry_id, is_removed, hash) select 0, -1, id, 0, 'x' from ledger_entries where id not in (select entry_id from ledger_leaves)");
        (await FoundAsync(receipts)).Should().Equal([(LedgerFindingKind.EntryAdded, null, SampleEntries.Charge(1_000).Id)], "no tree has a leaf at that place");
        var (removed, _) = await EntryAtAsync(Places()[0]);
        await ExecuteAsync($"delete from ledger_entries where id = {removed}");
        (await FoundAsync(receipts)).Should().Contain((LedgerFindingKind.EntryMissing, Places()[0], null));
    }

    [Fact]
    public async Task A_row_that_is_changed_is_found_also_where_its_leaf_says_that_it_was_removed()
    {
        var receipts = await FillAsync();
        var (key, id) = await EntryAtAsync(3);
        await ExecuteAsync($"update ledger_entries set amount_nanos = 1 where id = {key}");
        await ExecuteAsync($"update ledger_leaves set is_removed = 1 where entry_id = {key}");

        (await FoundAsync(receipts)).Should().Equal((LedgerFindingKind.EntryAdded, null, id));
    }

    [Fact]
    public async Task An_entry_with_the_key_of_another_time_is_found_and_named()
    {
        var receipts = await FillAsync();
        var (key, id) = await EntryAtAsync(3);
        var other = key + (500L << 20);
        foreach (var table in Parts)
            await ExecuteAsync($"update {table} set entry_id = {other} where entry_id = {key}");
        await ExecuteAsync($"update ledger_leaves set entry_id = {other} where entry_id = {key}");
        await ExecuteAsync($"update ledger_entries set id = {other} where id = {key}");

        (await FoundAsync(receipts)).Should().Equal((LedgerFindingKind.EntryChanged, 3L, id));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_any_more_is_found_and_the_others_are_read_all_the_same()
    {
        var receipts = await FillAsync();
        var (key, id) = await EntryAtAsync(3);
        await ExecuteAsync($"update ledger_entries set flags = 64 where id = {key}");

        (await receipts.VerifyAllAsync(_published)).Findings.Should().ContainSingle().Which.Should().Match<LedgerFinding>(
            finding => finding.Kind == LedgerFindingKind.EntryChanged && finding.LeafIndex == 3 && finding.EntryId == null && finding.Description.Contains("cannot be read"));
        await FluentActions.Awaiting(async () => await Ledger.FindEntryAsync(id)).Should().ThrowAsync<FormatException>().WithMessage("*flags 64*");
    }

    [Fact]
    public async Task An_erasure_that_no_log_of_erasures_knows_of_is_found()
    {
        var receipts = await FillAsync();
        await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");
        var whole = await receipts.VerifyAllAsync(_published);
        (whole.IsValid, whole.Erased).Should().Match<(bool IsValid, long Erased)>(all => all.IsValid && all.Erased > 2);

        await ExecuteAsync("update ledger_erasures set personal_values = personal_values - 1");
        (await FoundAsync(receipts)).Should().Equal((LedgerFindingKind.ErasureUnknown, null, null));
        (await receipts.VerifyAllAsync(_published)).Findings[0].Description.Should().Contain($"{whole.Erased} ids").And.Contain($"{whole.Erased - 1}");
        await ExecuteAsync("delete from ledger_erasures");
        var found = await FoundAsync(receipts);
        found.Should().OnlyContain(finding => finding.Kind == LedgerFindingKind.ErasureUnknown).And.HaveCount((int)whole.Erased + 1);
        found.Where(finding => finding.LeafIndex is not null).Should().OnlyContain(finding => finding.EntryId != null);
    }

    [Fact]
    public async Task A_partition_that_nobody_has_named_has_an_empty_log()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync([SampleEntries.Charge(1) with { Partition = "acme" }]);

        (await receipts.VerifyAllAsync(partition: "nobody")).Should().BeEquivalentTo(new { Entries = 0L, IsValid = true });
        (await receipts.VerifyAllAsync(partition: "acme")).Should().BeEquivalentTo(new { Entries = 1L, IsValid = true });
    }

    [Fact]
    public async Task A_leaf_that_is_gone_is_found_and_what_follows_it_is_not_held_against_the_log()
    {
        var receipts = await FillAsync();
        var (_, id) = await EntryAtAsync(5);
        await ExecuteAsync("delete from ledger_leaves where leaf_index = 5");

        (await FoundAsync(receipts)).Should().Contain((LedgerFindingKind.TreeChanged, 5L, null)).And.Contain((LedgerFindingKind.EntryAdded, null, id))
            .And.OnlyContain(finding => finding.Kind == LedgerFindingKind.TreeChanged || finding.Kind == LedgerFindingKind.EntryAdded);
    }

    [Fact]
    public async Task A_log_whose_start_is_gone_is_found()
    {
        var receipts = await FillAsync();
        await ExecuteAsync("delete from ledger_log_start");

        (await FoundAsync(receipts)).Should().Equal((LedgerFindingKind.TreeChanged, null, null));
    }

    [Fact]
    public async Task A_log_that_was_cut_or_goes_on_in_another_way_is_not_signed_any_more()
    {
        var receipts = await FillAsync();
        var (signed, last) = (_published.Count, _published[^1]);
        await CutAsync(Entries - 5);
        await IsRefusedAsync(receipts, "this process knows what it signed");
        await Ledger.AppendAsync([.. Enumerable.Range(500, 9).Select(i => SampleEntries.Charge(i))]);
        await IsRefusedAsync(receipts, "these are other entries");

        await ExecuteAsync($"insert into ledger_checkpoints (partition_id, tree_size, text) values (0, {last.TreeSize}, '{last.Text}')");
        await using var ledger = Harness.Open(Clock);
        await IsRefusedAsync(LedgerReceipts.Of(ledger, Options), "the last checkpoint in the database says so");
        _published.Should().HaveCount(signed);
    }

    [Fact]
    public async Task A_tail_that_is_cut_off_with_its_checkpoints_is_found_by_a_published_one_alone()
    {
        var receipts = await FillAsync();
        await CutAsync(Entries - 5);

        var found = (await receipts.VerifyAllAsync(_published)).Findings;
        found.Should().OnlyContain(finding => finding.Kind == LedgerFindingKind.CutOff).And.NotBeEmpty();
        found[0].Description.Should().Contain($"{Entries - 3}").And.Contain($"{Entries - 5}");
        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue("nothing in the database tells of it");
    }

    [Fact]
    public async Task Whoever_has_no_key_cannot_forge_a_checkpoint()
    {
        var receipts = await FillAsync();
        using var other = EcdsaSigner.Generate();
        var forged = await LedgerCheckpoint.SignAsync(Origin, Entries, MerkleHash.OfLeaf([]), other);
        await ExecuteAsync($"update ledger_checkpoints set text = '{forged.Text}' where tree_size = {Entries}");

        (await FoundAsync(receipts)).Should().Equal((LedgerFindingKind.CheckpointForged, null, null));
        (await receipts.VerifyAllAsync(_published)).Findings[0].Description.Should().Contain(Origin).And.Contain($"{Entries} entries").And.Contain("not signed");
        var receipt = await receipts.GetAsync((await EntryAtAsync(0)).Id);
        ReceiptVerifier.Verify(receipt!, [_signer.Key], Origin).Fault.Should().Be(ReceiptFault.UnknownKey);
    }

    private static int[] Places() => Places(Entries, Tampered);

    private static int[] Places(int entries, int tampered) => [.. Enumerable.Range(0, tampered).Select(i => i * (entries - 1) / Math.Max(1, tampered - 1))];

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

    private static async Task IsRefusedAsync(LedgerReceipts receipts, string because) =>
        await FluentActions.Awaiting(async () => await receipts.CheckpointAsync()).Should().ThrowAsync<LedgerException>(because).WithMessage("*do not continue*");

    private async Task<LedgerReceipts> FillAsync(int? entries = null)
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        for (var i = 0; i < (entries ?? Entries); i++)
        {
            await Ledger.AppendAsync([SampleEntries.Charge(_first + i) with { Lines = [new("input_tokens", 7, 0.5m, 3.5m)], Usage = new() { InputTokens = 7, ServiceTier = "flex" }, HeldNanos = 5, Reason = "a reason" }]);
            if (i % 4 == 0)
                await receipts.CheckpointAsync();
        }
        await receipts.CheckpointAsync();
        (await FoundAsync(receipts)).Should().BeEmpty();
        return receipts;
    }

    private async Task<List<(LedgerFindingKind Kind, long? LeafIndex, string? EntryId)>> FoundAsync(LedgerReceipts receipts) =>
        [.. (await receipts.VerifyAllAsync(_published)).Findings.Select(finding => (finding.Kind, finding.LeafIndex, finding.EntryId))];

    private async Task<(long Key, string Id)> EntryAtAsync(int index) =>
        (await CountAsync($"entry_id from ledger_leaves where leaf_index = {index}"), SampleEntries.Charge(_first + index).Id);

    /// <summary>Makes the database look as if the last entries had never been written.</summary>
    private async Task CutAsync(int size)
    {
        foreach (var table in Parts.Append("ledger_entries"))
            await ExecuteAsync($"delete from {table} where {(table == "ledger_entries" ? "id" : "entry_id")} in (select entry_id from ledger_leaves where leaf_index >= {size})");
        await ExecuteAsync($"delete from ledger_leaves where leaf_index >= {size}");
        await ExecuteAsync($"delete from ledger_checkpoints where tree_size > {size}");
        var tree = new MerkleFrontier();
        var leaves = new List<string>();
        await using (var connection = await Harness.ConnectAsync())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "select hash from ledger_leaves order by leaf_index";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                leaves.Add(reader.GetString(0));
        }
        foreach (var leaf in leaves)
            tree.Append(MerkleHash.TryParse(leaf, out var hash) ? hash : throw new FormatException(leaf));
        await ExecuteAsync($"update ledger_trees set size = {size}, edge = '{string.Join(' ', tree.Edge)}'");
        await ExecuteAsync($"delete from ledger_tree_nodes where level = 4 and (node_index + 1) * 16 > {size}");
    }
}
