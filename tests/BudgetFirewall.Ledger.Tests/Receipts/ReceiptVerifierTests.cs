using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

public sealed class ReceiptVerifierTests : IDisposable
{
    private const string Origin = "example.com/ledger";

    private static readonly HashSet<string> Personal = ["user"];

    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();
    private readonly EcdsaSigner _other = EcdsaSigner.Generate();

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_receipt_of_each_entry_is_valid_as_json()
    {
        foreach (var receipt in await LogOfAsync(Enumerable.Range(0, 20).Select(i => SampleEntries.Charge(i))))
        {
            var read = LedgerReceipt.Parse(receipt.ToJson());

            read.Should().BeEquivalentTo(receipt, options => options.ComparingByMembers<LedgerReceipt>().ComparingByMembers<LedgerEntry>());
            ReceiptVerifier.Verify(receipt.ToJson(), [_other.Key, _signer.Key], Origin).Should().Be(new ReceiptVerification(Fault: null, Reason: null));
        }
    }

    [Fact]
    public async Task A_receipt_of_an_entry_with_every_member_says_all_of_it()
    {
        var receipt = (await LogOfAsync([SampleEntries.Charge(1) with { Partition = SampleEntries.Whole.Partition }, SampleEntries.Whole], SampleEntries.Whole.Partition))[1];

        var read = LedgerReceipt.Parse(receipt.ToJson());

        read.Should().BeEquivalentTo(receipt, options => options.ComparingByMembers<LedgerReceipt>().ComparingByMembers<LedgerEntry>());
        Verify(read).Should().BeNull();
        var json = Encoding.UTF8.GetString(receipt.ToJson());
        json.Should().ContainAll(
            "\"entry\":{\"entryId\":", "\"kind\":\"commit\"", "\"amount\":\"0.000350001\"", "\"units\":{\"image\":\"2\",\"record\":\"1.5\"}", "\"dimensions\":{\"feature\":",
            "\"leafIndex\":1", "\"treeSize\":2", "\"proof\":[", "\"checkpoint\":\"example.com/ledger/partitions/acme%20%26%20sons\\n2\\n");
        // What no other test may notice: a member that is neither written nor read.
        foreach (var (member, changed) in RecordChanges.Of(SampleEntries.Whole).Where(change => change.Changed.Count > 0))
            LedgerReceipt.Parse((receipt with { Entry = changed, PersonalValues = [] }).ToJson()).Entry.Should().BeEquivalentTo(changed, options => options.ComparingByMembers<LedgerEntry>(), member);
    }

    [Fact]
    public async Task No_byte_of_a_receipt_can_be_changed()
    {
        var receipt = (await LogOfAsync([.. Enumerable.Range(0, 4).Select(i => SampleEntries.Charge(i) with { Partition = SampleEntries.Whole.Partition }), SampleEntries.Whole], SampleEntries.Whole.Partition))[4];
        var json = receipt.ToJson();
        var same = 0;
        for (var i = 0; i < json.Length; i++)
        {
            foreach (var bit in new[] { 0, 1, 3, 5 })
            {
                var changed = json.ToArray();
                changed[i] ^= (byte)(1 << bit);
                if (!ReceiptVerifier.Verify(changed, [_signer.Key], Origin).IsValid)
                    continue;
                // Some texts are two ways to write the same, as an escape with a large letter.
                LedgerReceipt.Parse(changed).ToJson().Should().Equal(json, $"byte {i} was changed and the receipt is valid");
                same++;
            }
        }
        same.Should().BeLessThan(json.Length / 50);
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var receipt = (await LogOfAsync(Enumerable.Range(0, 5).Select(i => SampleEntries.Charge(i))))[3];

        Verify(receipt with { Entry = receipt.Entry with { AmountNanos = 1 } }).Should().Be(ReceiptFault.NotInTree);
        Verify(receipt with { LeafIndex = 2 }).Should().Be(ReceiptFault.NotInTree);
        Verify(receipt with { Proof = receipt.Proof.RemoveAt(0) }).Should().Be(ReceiptFault.NotInTree);
        Verify(receipt with { PersonalValues = [] }).Should().Be(ReceiptFault.NotInTree);
        Verify(receipt with { PersonalValues = [PersonalValue.New("user", "alice")] }).Should().Be(ReceiptFault.NotInTree);
        Verify(receipt with { PersonalValues = [.. receipt.PersonalValues, PersonalValue.New("user", "bob")] }).Should().Be(ReceiptFault.PersonalValueDiffers);
        Verify(receipt with { PersonalValues = [.. receipt.PersonalValues, .. receipt.PersonalValues] }).Should().Be(ReceiptFault.PersonalValueDiffers);
        Verify(receipt with { LeafIndex = 5 }).Should().Be(ReceiptFault.SizeDiffers);
        Verify(receipt with { LeafIndex = -1 }).Should().Be(ReceiptFault.SizeDiffers);
        Verify(receipt with { TreeSize = 4 }).Should().Be(ReceiptFault.SizeDiffers);
        Verify(receipt with { Checkpoint = await LedgerCheckpoint.SignAsync(Origin, 5, receipt.Checkpoint.Root, _other) }).Should().Be(ReceiptFault.UnknownKey);
        Verify(receipt with { Checkpoint = Forged(receipt.Checkpoint) }).Should().Be(ReceiptFault.SignatureInvalid);
        Verify(receipt with { Checkpoint = await LedgerCheckpoint.SignAsync("example.com/other", 5, receipt.Checkpoint.Root, _signer) }).Should().Be(ReceiptFault.OtherLog);
        Verify(receipt with { Entry = receipt.Entry with { Partition = "acme" } }).Should().Be(ReceiptFault.OtherLog);
        ReceiptVerifier.Verify("{}"u8, [_signer.Key]).Fault.Should().Be(ReceiptFault.Unreadable);
        ReceiptVerifier.Verify([], [_signer.Key]).Fault.Should().Be(ReceiptFault.Unreadable);
        ReceiptVerifier.Verify(receipt, []).Fault.Should().Be(ReceiptFault.UnknownKey);
        ReceiptVerifier.Verify(receipt, [_signer.Key]).IsValid.Should().BeTrue();
    }

    [Theory]
    [InlineData("entry.counters.0", null)]
    [InlineData("entry.lines.0", null)]
    [InlineData("entry.personalValues.0", null)]
    [InlineData("entry.dimensions.tenant", null)]
    [InlineData("entry.usage.units.record", null)]
    [InlineData("proof.0", null)]
    [InlineData("entry", null)]
    [InlineData("entry.counters.0.unit", "")]
    [InlineData("entry.counters.3.unit", "")]
    [InlineData("entry.amount", "0.0003500010")]
    [InlineData("entry.lines.0.quantity", "+1000")]
    [InlineData("entry.lines.0.quantity", "01000")]
    [InlineData("entry.lines.0.quantity", "-0")]
    [InlineData("entry.usage.units.record", "1.50")]
    public async Task What_no_receipt_says_is_unreadable(string place, string? value)
    {
        var receipt = (await LogOfAsync([SampleEntries.Charge(1) with { Partition = SampleEntries.Whole.Partition }, SampleEntries.Whole], SampleEntries.Whole.Partition))[1];
        var json = JsonNode.Parse(receipt.ToJson())!;
        var path = place.Split('.');
        var parent = path[..^1].Aggregate(json, (node, name) => node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!);
        if (parent is JsonArray items)
            items[int.Parse(path[^1], CultureInfo.InvariantCulture)] = value;
        else
            parent[path[^1]] = value;

        ReceiptVerifier.Verify(Encoding.UTF8.GetBytes(json.ToJsonString()), [_signer.Key], Origin).Fault.Should().Be(ReceiptFault.Unreadable);
    }

    [Fact]
    public async Task A_unit_without_a_name_is_none()
    {
        var entry = SampleEntries.Charge(1) with { Counters = [new("user/day", BudgetScope.User("alice"), null, "", 1_500_000_000)] };

        var json = (await LogOfAsync([entry]))[0].ToJson();

        ReceiptVerifier.Verify(json, [_signer.Key], Origin).IsValid.Should().BeTrue();
        var counter = LedgerReceipt.Parse(json).Entry.Counters.Should().ContainSingle().Subject;
        (counter.Unit, counter.Moved).Should().Be((null, 1_500_000_000));
    }

    [Fact]
    public async Task Without_the_name_of_the_log_the_partition_must_fit_nevertheless()
    {
        var receipt = (await LogOfAsync([SampleEntries.Charge(0) with { Partition = "a" }], "a"))[0];

        ReceiptVerifier.Verify(receipt, [_signer.Key]).IsValid.Should().BeTrue();
        ReceiptVerifier.Verify(receipt with { Entry = receipt.Entry with { Partition = "b" } }, [_signer.Key]).Fault.Should().Be(ReceiptFault.OtherLog);
        ReceiptVerifier.Verify(receipt with { Entry = receipt.Entry with { Partition = null } }, [_signer.Key]).Fault.Should().Be(ReceiptFault.OtherLog);
    }

    [Fact]
    public async Task A_receipt_of_an_erased_person_is_valid_and_names_nobody()
    {
        var receipt = (await LogOfAsync(Enumerable.Range(0, 5).Select(i => SampleEntries.Charge(i))))[3];
        var erased = PersonalValue.ErasedId(7);
        var after = receipt with
        {
            Entry = SampleEntries.Charge(3, erased),
            PersonalValues = [.. receipt.PersonalValues.Select(value => value.Erase(erased))],
        };

        ReceiptVerifier.Verify(after.ToJson(), [_signer.Key]).IsValid.Should().BeTrue();
        Encoding.UTF8.GetString(after.ToJson()).Should().NotContain("alice");
        var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(after.ToJson()).Replace(erased, "bob", StringComparison.Ordinal));
        ReceiptVerifier.Verify(other, [_signer.Key]).Fault.Should().Be(ReceiptFault.Unreadable, "without a salt nothing proves that it was bob");
    }

    [Fact]
    public async Task A_receipt_that_a_later_key_has_signed_is_valid_by_the_first_one()
    {
        var receipt = (await LogOfAsync([SampleEntries.Charge(0)]))[0];
        var announcement = await KeyAnnouncement.SignAsync(Origin, _other, _signer);

        ReceiptVerifier.Verify(receipt, [_other.Key]).Fault.Should().Be(ReceiptFault.UnknownKey);
        ReceiptVerifier.Verify(receipt, KeyAnnouncement.KeysFrom(_other.Key, Origin, [announcement])).IsValid.Should().BeTrue();
    }

    private ReceiptFault? Verify(LedgerReceipt receipt)
    {
        var result = ReceiptVerifier.Verify(receipt.ToJson(), [_signer.Key], Origin);
        string.IsNullOrEmpty(result.Reason).Should().Be(result.IsValid);
        return result.Fault;
    }

    /// <summary>The receipts of some entries, which are a whole log.</summary>
    private async Task<List<LedgerReceipt>> LogOfAsync(IEnumerable<LedgerEntry> entries, string? partition = null)
    {
        var (all, tree) = (entries.ToList(), new MerkleFrontier());
        var nodes = new Dictionary<MerkleSubtree, MerkleHash>();
        var values = all.ConvertAll(entry => CanonicalEntry.PersonalValuesOf(entry, Personal));
        for (var i = 0; i < all.Count; i++)
        {
            nodes[new(0, i)] = MerkleHash.OfLeaf(CanonicalEntry.BytesOf(all[i], values[i]));
            tree.Append(nodes[new(0, i)], nodes.Add);
        }
        var checkpoint = await LedgerCheckpoint.SignAsync(partition is null ? Origin : $"{Origin}/partitions/{Uri.EscapeDataString(partition)}", tree.Size, tree.Root, _signer);
        return [.. all.Select((entry, i) => new LedgerReceipt
        {
            Entry = entry,
            PersonalValues = values[i],
            LeafIndex = i,
            TreeSize = tree.Size,
            Proof = [.. MerkleProof.OfInclusion(i, tree.Size).Select(range => range.HashFrom(subtree => nodes[subtree]))],
            Checkpoint = checkpoint,
        })];
    }

    private static LedgerCheckpoint Forged(LedgerCheckpoint checkpoint) => LedgerCheckpoint.Parse(checkpoint.Text.Replace("\n\n", "\na line\n\n", StringComparison.Ordinal));
}
