using System.Text;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>What may change in a ledger while its receipts stay true: the key, a person who is erased, and the time when receipts were switched on.</summary>
public abstract class ReceiptsStayTrue<THarness> : LedgerSuite<THarness>, IDisposable where THarness : ILedgerHarness, new()
{
    private const string Origin = "example.com/ledger";

    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();
    private readonly EcdsaSigner _next = EcdsaSigner.Generate();
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoints").FullName;

    public void Dispose()
    {
        _signer.Dispose();
        _next.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Another_key_is_trusted_by_the_announcement_of_the_first_one()
    {
        var published = new CheckpointFolder(_folder);
        var options = new LedgerReceiptOptions { Origin = Origin, Signer = _signer, Publish = published.PublishAsync };
        var before = LedgerReceipts.Of(Ledger, options);
        await Ledger.AppendAsync([SampleEntries.Charge(0), SampleEntries.Charge(1)]);
        var first = await before.GetAsync(SampleEntries.Charge(0).Id);
        await published.AnnounceAsync(await KeyAnnouncement.SignAsync(Origin, _signer, _next));

        var after = LedgerReceipts.Of(Ledger, options with { Signer = _next, TrustedKeys = [_signer.Key] });
        var again = await after.CheckpointAsync();
        await Ledger.AppendAsync([SampleEntries.Charge(2)]);
        var last = await after.GetAsync(SampleEntries.Charge(2).Id);

        (again.TreeSize, again.IsSignedBy(_next.Key)).Should().Be((2, true), "a checkpoint of the same entries is signed anew");
        var keys = KeyAnnouncement.KeysFrom(_signer.Key, Origin, await published.ReadAnnouncementsAsync());
        foreach (var receipt in new[] { first, last })
            ReceiptVerifier.Verify(receipt!, keys, Origin).IsValid.Should().BeTrue();
        ReceiptVerifier.Verify(last!, [_signer.Key], Origin).Fault.Should().Be(ReceiptFault.UnknownKey);
        (await after.VerifyAllAsync(await published.ReadAsync())).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task When_a_person_is_erased_all_receipts_stay_true_and_nothing_names_them()
    {
        var receipts = LedgerReceipts.Of(Ledger, new() { Origin = Origin, Signer = _signer });
        await Ledger.AppendAsync([.. Enumerable.Range(0, 10).Select(i => SampleEntries.Charge(i, i % 3 == 0 ? "alice" : "bob"))]);
        var checkpoint = await receipts.CheckpointAsync();

        await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");

        var result = await receipts.VerifyAllAsync([checkpoint]);
        (result.Entries, result.IsValid).Should().Be((10, true), string.Join('\n', result.Findings));
        var json = (await receipts.GetAsync(SampleEntries.Charge(3).Id))!.ToJson();
        ReceiptVerifier.Verify(json, [_signer.Key], Origin).IsValid.Should().BeTrue();
        Encoding.UTF8.GetString(json).Should().NotContain("alice").And.Contain("(erased ");
        await ExecuteAsync("update ledger_scopes set scope = 'carol' where scope like '(erased %'");
        (await receipts.VerifyAllAsync([checkpoint])).Findings.Select(finding => finding.LeafIndex).Should().Equal([0, 3, 6, 9], "nothing proves that it was somebody else");
    }

    [Fact]
    public async Task Entries_from_before_the_first_leaf_have_no_receipts_and_are_no_findings()
    {
        await Ledger.AppendAsync([SampleEntries.Charge(0), SampleEntries.Charge(1)]);
        await using var other = Harness.Open(Clock);
        var receipts = LedgerReceipts.Of(other, new() { Origin = Origin, Signer = _signer });
        await other.AppendAsync([SampleEntries.Charge(1), SampleEntries.Charge(2)]);

        (await receipts.GetAsync(SampleEntries.Charge(1).Id)).Should().BeNull();
        (await receipts.GetAsync(SampleEntries.Charge(2).Id))!.LeafIndex.Should().Be(0);
        var result = await receipts.VerifyAllAsync();
        (result.Entries, result.IsValid).Should().Be((1, true));
        await Ledger.AppendAsync([SampleEntries.Charge(3)]);
        (await receipts.VerifyAllAsync()).Findings.Should().ContainSingle().Which.EntryId.Should().Be(SampleEntries.Charge(3).Id, "it was written without a leaf afterwards");
    }

    [Fact]
    public async Task What_is_rolled_back_leaves_no_leaf()
    {
        var receipts = LedgerReceipts.Of(Ledger, new() { Origin = Origin, Signer = _signer });
        await Ledger.AppendAsync([SampleEntries.Charge(0)]);
        await ExecuteAsync("alter table ledger_leaves rename to leaves_elsewhere");
        await FluentActions.Awaiting(async () => await Ledger.AppendAsync([SampleEntries.Charge(1)])).Should().ThrowAsync<LedgerException>();
        await ExecuteAsync("alter table leaves_elsewhere rename to ledger_leaves");

        await Ledger.AppendAsync([SampleEntries.Charge(2), SampleEntries.Charge(1)]);

        (await receipts.CheckpointAsync()).TreeSize.Should().Be(3);
        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue();
    }
}
