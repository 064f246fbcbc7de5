using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>What is missing or impossible is refused where it is given.</summary>
public sealed class ReceiptArgumentsTests
{
    private static readonly byte[] Salt = new byte[PersonalValue.SaltSize];

    [Fact]
    public async Task What_is_missing_is_refused_by_name()
    {
        using var signer = EcdsaSigner.Generate();
        var folder = new CheckpointFolder(Path.Combine(Path.GetTempPath(), "never-made"));
        var entry = SampleEntries.Charge(1);
        Action[] missing =
        [
            () => PersonalValue.Of(null!, "alice", Salt), () => PersonalValue.Of("user", null!, Salt), () => PersonalValue.Erased(null!, "(erased 1)", MerkleHash.OfEmptyTree), () => PersonalValue.IsErasedId(null!),
            () => CanonicalEntry.BytesOf(null!, []), () => CanonicalEntry.BytesOf(entry, null!), () => CanonicalEntry.PersonalValuesOf(null!, new HashSet<string>()), () => CanonicalEntry.PersonalValuesOf(entry, null!),
            () => ReceiptVerifier.Verify((LedgerReceipt)null!, [signer.Key]), () => EcdsaSigner.FromPem(null!), () => ReceiptKey.FromPem(null!), () => ReceiptKey.Of(null!),
            () => KeyAnnouncement.KeysFrom(null!, "a", []), () => KeyAnnouncement.KeysFrom(signer.Key, "a", null!),
        ];
        foreach (var call in missing)
            call.Should().ThrowExactly<ArgumentNullException>();
        Func<Task>[] later =
        [
            () => folder.PublishAsync(null!).AsTask(), () => folder.AnnounceAsync(null!).AsTask(), () => LedgerCheckpoint.SignAsync("a", 1, MerkleHash.OfEmptyTree, null!).AsTask(),
            () => KeyAnnouncement.SignAsync("a", null!, signer).AsTask(), () => KeyAnnouncement.SignAsync("a", signer, null!).AsTask(),
        ];
        foreach (var call in later)
            await call.Should().ThrowExactlyAsync<ArgumentNullException>();
        (await folder.ReadAsync()).Should().BeEmpty("a folder that is not there has nothing");
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        using var signer = EcdsaSigner.Generate();
        foreach (var size in new[] { PersonalValue.SaltSize - 1, PersonalValue.SaltSize + 1 })
            FluentActions.Invoking(() => PersonalValue.Of("user", "alice", new byte[size])).Should().Throw<ArgumentException>().WithMessage($"*not {size}*");
        FluentActions.Invoking(() => PersonalValue.ErasedId(-1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => PersonalValue.Erased("user", "alice", MerkleHash.OfEmptyTree)).Should().Throw<ArgumentException>().WithMessage("*nothing proves an id*");
        (await FluentActions.Awaiting(() => LedgerCheckpoint.SignAsync("a", -1, MerkleHash.OfEmptyTree, signer).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>()).WithParameterName("treeSize");
        LedgerReceiptOptions options = new() { Origin = "example.com/ledger", Signer = signer };
        foreach (var origin in new[] { "", "with space", "a+b", "a/partitions/b" })
            FluentActions.Invoking(() => options with { Origin = origin }).Should().Throw<ArgumentException>(origin);
        FluentActions.Invoking(() => options with { CheckpointEntries = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        foreach (var seconds in new[] { 0, 0.999, 86_400.001 })
            FluentActions.Invoking(() => options with { CheckpointEvery = TimeSpan.FromSeconds(seconds) }).Should().Throw<ArgumentOutOfRangeException>($"{seconds}");
        (options with { CheckpointEntries = 1, CheckpointEvery = TimeSpan.FromSeconds(1) }).CheckpointEntries.Should().Be(1);
        (options with { CheckpointEntries = null, CheckpointEvery = TimeSpan.FromDays(1) }).CheckpointEvery.Should().Be(TimeSpan.FromDays(1));
        (options with { CheckpointEvery = null }).Should().BeEquivalentTo(new { CheckpointEntries = 10_000L, CheckpointEvery = (TimeSpan?)null });
    }

    [Theory]
    [InlineData("(erased 0)", true)]
    [InlineData("(erased 7)", true)]
    [InlineData("(erased 07)", false)]
    [InlineData("(erased -7)", false)]
    [InlineData("(erased )", false)]
    [InlineData("(erased 7", false)]
    [InlineData("erased 7)", false)]
    [InlineData("(erased 7))", false)]
    [InlineData("(Erased 7)", false)]
    [InlineData("", false)]
    public void An_erased_id_has_one_form(string id, bool isErased) => PersonalValue.IsErasedId(id).Should().Be(isErased);
}
