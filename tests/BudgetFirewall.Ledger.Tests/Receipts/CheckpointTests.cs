using System.Security.Cryptography;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

public sealed class CheckpointTests : IDisposable
{
    private const string Origin = "example.com/ledger";

    // The key of Sigstore's log, and what it has signed with it: others' notes, with ECDSA on P-256.
    private const string OthersKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwr
        kBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==
        -----END PUBLIC KEY-----
        """;

    private static readonly MerkleHash Root = MerkleHash.OfLeaf([1]);

    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();
    private readonly EcdsaSigner _other = EcdsaSigner.Generate();

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("rekor.sigstore.dev - 2605736670972794746\n90244708\nCOSIc1jqxpbuuTChPdiTqtZBBve7GAVJqTYjqAaM940=\n\n— rekor.sigstore.dev wNI9ajBEAiAkKWVCpp/N5yF/GlQkAyKQxUsjc3Vpu04YyALJvrBsvAIgcZfXJsJdwLdgUAWwnekWg8YXS4gfz/DM1wVhhcouJBE=\n", 90_244_708, 0)]
    [InlineData("rekor.sigstore.dev - 2605736670972794746\n97323998\nLa0A7Z2xT6hGMjh2tOlyI64RHw84pUHU3fVHj7TSVy0=\n\n— rekor.sigstore.dev wNI9ajBEAiBIowx1POsWydf7F2tZj7huPfFBNngo87WIw2PyWTu5SgIgTxuNk/AFSdY2DjdM+2NodtymfDr0QydRAh8UO9ab8WU=\n", 97_323_998, 0)]
    [InlineData("rekor.sigstore.dev - 2605736670972794746\n21428036\nrxnoKyFZlJ7/R6bMh/d3lcqwKqAy5CL1LcNBJP17kgQ=\nTimestamp: 1688058656037355364\n\n— rekor.sigstore.dev wNI9ajBFAiEAuDk7uu5Ae8Own/MjhSZNuVzbLuYH2jBMxbSA0WaNDNACIDV4reKpYiOpkwtvazCClnpUuduF2o/th2xR3gRZAUU4\n", 21_428_036, 1)]
    public void Checkpoints_that_another_log_has_signed_are_read_and_verified(string text, long size, int extensions)
    {
        const string Name = "rekor.sigstore.dev";
        var key = ReceiptKey.FromPem(OthersKey);
        key.Id.Should().Be(0xc0d23d6a);

        var note = SignedNote.Parse(text);
        note.IsSignedBy(Name, key).Should().BeTrue();
        var checkpoint = LedgerCheckpoint.Parse(text);
        (checkpoint.TreeSize, checkpoint.Extensions.Length).Should().Be((size, extensions));

        SignedNote.Parse(text.Replace($"{size}", $"{size + 1}", StringComparison.Ordinal)).IsSignedBy(Name, key).Should().BeFalse();
        note.IsSignedBy(Name, _other.Key).Should().BeFalse();
        note.IsSignedBy("another.name", key).Should().BeFalse();
    }

    [Fact]
    public async Task A_checkpoint_is_read_as_it_was_signed()
    {
        var signed = await LedgerCheckpoint.SignAsync(Origin, 42, Root, _signer, ["one more", "and another"]);

        signed.Text.Should().StartWith($"{Origin}\n42\n{Root}\none more\nand another\n\n— {Origin} ").And.EndWith("\n");
        var read = LedgerCheckpoint.Parse(signed.Text);
        (read.Origin, read.TreeSize, read.Root).Should().Be((Origin, 42L, Root));
        read.Extensions.Should().Equal("one more", "and another");
        read.IsSignedBy(_signer.Key).Should().BeTrue();
        read.IsSignedBy(_other.Key).Should().BeFalse();
        read.Names(_other.Key).Should().BeFalse();
    }

    [Fact]
    public async Task An_empty_log_has_the_size_zero_and_the_hash_of_no_bytes()
    {
        var checkpoint = await LedgerCheckpoint.SignAsync(Origin, 0, MerkleHash.OfEmptyTree, _signer);

        checkpoint.Text.Should().StartWith($"{Origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n");
        checkpoint.IsSignedBy(_signer.Key).Should().BeTrue();
        await FluentActions.Awaiting(async () => await LedgerCheckpoint.SignAsync(Origin, 0, Root, _signer)).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task No_character_of_a_checkpoint_can_be_changed()
    {
        var text = (await LedgerCheckpoint.SignAsync(Origin, 42, Root, _signer)).Text;
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..];
            IsValid(changed).Should().BeFalse($"character {i} was changed: {changed}");
            IsValid(text.Remove(i, 1)).Should().BeFalse($"character {i} was removed");
        }
        IsValid(text).Should().BeTrue();
        IsValid(text + "\n").Should().BeFalse();
        IsValid(text + text).Should().BeFalse();
    }

    [Fact]
    public async Task Signatures_of_others_are_passed_over_and_a_wrong_one_of_a_known_key_is_not()
    {
        var body = $"{Origin}\n42\n{Root}\n";
        var both = await SignedNote.SignAsync(body, Origin, [_other, _signer]);
        both.IsSignedBy(Origin, _signer.Key).Should().BeTrue();
        both.IsSignedBy(Origin, _other.Key).Should().BeTrue();

        var elsewhere = await SignedNote.SignAsync($"{Origin}\n43\n{Root}\n", Origin, [_signer]);
        var mixed = SignedNote.Parse(both.Text + elsewhere.Text[(elsewhere.Text.IndexOf('—', StringComparison.Ordinal))..]);
        mixed.IsSignedBy(Origin, _signer.Key).Should().BeFalse("one of its two signatures is wrong");
        mixed.IsSignedBy(Origin, _other.Key).Should().BeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com/ledger\n42\n")]
    [InlineData("example.com/ledger\n42\nroot\n\n")]
    [InlineData("example.com/ledger\n42\nroot\n\n— example.com/ledger AAAAAAA=")]
    [InlineData("example.com/ledger\n42\nroot\n\n- example.com/ledger AAAAAAA=\n")]
    [InlineData("example.com/ledger\n42\nroot\n\n— example.com/ledger AAAA\n")]
    [InlineData("example.com/ledger\n42\nroot\n\n— example.com/ledger AAAAAA==\n")]
    [InlineData("example.com/ledger\n42\nroot\n\n— example.com/ledger\n")]
    [InlineData("example.com/ledger\n42\r\nroot\n\n— example.com/ledger AAAAAAA=\n")]
    [InlineData("\n\n— example.com/ledger AAAAAAA=\n")]
    public void What_is_no_note_is_refused(string text) => FluentActions.Invoking(() => SignedNote.Parse(text)).Should().Throw<FormatException>();

    [Fact]
    public void Ill_formed_text_is_no_note() =>
        FluentActions.Invoking(() => SignedNote.Parse("example.com/ledger\n42\nr\ud800oot\n\n— example.com/ledger AAAAAAA=\n")).Should().Throw<FormatException>();

    [Theory]
    [InlineData("example.com/ledger", "042", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("example.com/ledger", "-1", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("example.com/ledger", "9223372036854775808", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("example.com/ledger", "42", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")]
    [InlineData("example.com/ledger", "0", "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=")]
    [InlineData("example.com/ledger", "42", "")]
    public void What_is_no_checkpoint_is_refused(string origin, string size, string root) =>
        FluentActions.Invoking(() => LedgerCheckpoint.Parse($"{origin}\n{size}\n{root}\n\n— {origin} AAAAAAA=\n")).Should().Throw<FormatException>();

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    public async Task A_name_that_would_break_the_note_is_refused(string origin) =>
        await FluentActions.Awaiting(async () => await LedgerCheckpoint.SignAsync(origin, 1, Root, _signer)).Should().ThrowAsync<ArgumentException>();

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    public async Task A_further_line_that_would_break_the_note_is_refused(string line) =>
        await FluentActions.Awaiting(async () => await LedgerCheckpoint.SignAsync(Origin, 1, Root, _signer, [line])).Should().ThrowAsync<ArgumentException>();

    [Fact]
    public async Task A_signer_goes_on_with_its_key_in_another_process()
    {
        using var again = EcdsaSigner.FromPem(_signer.ExportPem());
        var checkpoint = await LedgerCheckpoint.SignAsync(Origin, 1, Root, again);

        checkpoint.IsSignedBy(ReceiptKey.FromPem(_signer.Key.ToPem())).Should().BeTrue();
        again.Key.Should().Be(_signer.Key);
    }

    [Fact]
    public void Keys_of_other_curves_are_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        FluentActions.Invoking(() => EcdsaSigner.FromPem(key.ExportPkcs8PrivateKeyPem())).Should().Throw<CryptographicException>();
        FluentActions.Invoking(() => ReceiptKey.FromPem(key.ExportSubjectPublicKeyInfoPem())).Should().Throw<CryptographicException>();
        FluentActions.Invoking(() => ReceiptKey.FromPem("nothing")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task A_new_key_is_trusted_when_a_trusted_one_has_announced_it_and_it_agrees()
    {
        using var third = EcdsaSigner.Generate();
        var announcements = new[] { await KeyAnnouncement.SignAsync(Origin, _other, third), await KeyAnnouncement.SignAsync(Origin, _signer, _other) };

        KeyAnnouncement.KeysFrom(_signer.Key, Origin, announcements).Should().Equal(_signer.Key, _other.Key, third.Key);
        KeyAnnouncement.KeysFrom(_other.Key, Origin, announcements).Should().Equal(_other.Key, third.Key);
        KeyAnnouncement.KeysFrom(_signer.Key, "example.com/other", announcements).Should().Equal(_signer.Key);
        KeyAnnouncement.KeysFrom(_signer.Key, Origin, announcements[..1]).Should().Equal(_signer.Key);

        var read = KeyAnnouncement.Parse(announcements[1].Text);
        (read.Origin, read.Key, read.IsSignedBy(_signer.Key)).Should().Be((Origin, _other.Key, true));
        FluentActions.Invoking(() => LedgerCheckpoint.Parse(read.Text)).Should().Throw<FormatException>("an announcement is never a checkpoint");
    }

    [Fact]
    public async Task A_key_that_has_not_signed_its_announcement_itself_is_not_trusted()
    {
        var body = (await KeyAnnouncement.SignAsync(Origin, _signer, _other)).Text.Split("\n\n")[0] + "\n";
        var forged = KeyAnnouncement.Parse((await SignedNote.SignAsync(body, Origin, [_signer])).Text);

        forged.IsSignedBy(_signer.Key).Should().BeFalse();
        KeyAnnouncement.KeysFrom(_signer.Key, Origin, [forged]).Should().Equal(_signer.Key);
    }

    private bool IsValid(string text)
    {
        try
        {
            return LedgerCheckpoint.Parse(text).IsSignedBy(_signer.Key);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
