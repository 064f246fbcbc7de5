using System.Collections.Immutable;
using System.Security.Cryptography;

namespace BudgetFirewall.Receipts;

/// <summary>
/// Says that the checkpoints of a log are signed by another key from now on: a note with the new key, signed by the old key, so that who trusts that one trusts the new one too, and by the new key, so that nobody announces
/// a key that is not theirs. It is published beside the checkpoints. Immutable.
/// </summary>
public sealed class KeyAnnouncement
{
    private const string Title = "BudgetFirewall: the next key of a ledger";

    private readonly SignedNote _note;

    private KeyAnnouncement(SignedNote note, string origin, ReceiptKey key) => (_note, Origin, Key) = (note, origin, key);

    /// <summary>The name of the log.</summary>
    public string Origin { get; }

    /// <summary>The new key.</summary>
    public ReceiptKey Key { get; }

    /// <summary>The whole text with its signatures, as it is published.</summary>
    public string Text => _note.Text;

    /// <summary>Announces a key.</summary>
    /// <param name="origin">The name of the log.</param>
    /// <param name="present">The signer whose key is trusted.</param>
    /// <param name="next">The signer with the new key.</param>
    /// <param name="cancellationToken">Ends the waiting for the signers.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static async ValueTask<KeyAnnouncement> SignAsync(string origin, ISigner present, ISigner next, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(next);
        var body = $"{Title}\n{origin}\n{Convert.ToBase64String(next.Key.SubjectPublicKeyInfo.Span)}\n";
        return Parse((await SignedNote.SignAsync(body, origin, [present, next], cancellationToken).ConfigureAwait(false)).Text);
    }

    /// <summary>Reads an announcement. Its signatures are not verified yet.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is no announcement.</exception>
    public static KeyAnnouncement Parse(string text)
    {
        var note = SignedNote.Parse(text);
        var lines = note.Body[..^1].Split('\n');
        if (lines.Length != 3 || lines[0] != Title || !Base64Text.TryDecode(lines[2], out var info))
            throw new FormatException("An announcement has a title, the name of the log and the new key.");
        try
        {
            return new(note, lines[1], ReceiptKey.FromSubjectPublicKeyInfo(info));
        }
        catch (CryptographicException e)
        {
            throw new FormatException("The third line of an announcement is a public key of the curve P-256.", e);
        }
    }

    /// <summary>True when a key has announced the new one, and the new one agrees.</summary>
    /// <param name="present">The key that is trusted.</param>
    public bool IsSignedBy(ReceiptKey present) => _note.IsSignedBy(Origin, present) && _note.IsSignedBy(Origin, Key);

    /// <summary>All keys of a log that follow from one: the key itself, those that it has announced, those that these have announced.</summary>
    /// <param name="key">The key that is trusted.</param>
    /// <param name="origin">The name of the log.</param>
    /// <param name="announcements">Announcements in any order. Those of other logs, and those that no trusted key has signed, are passed over.</param>
    public static ImmutableArray<ReceiptKey> KeysFrom(ReceiptKey key, string origin, IEnumerable<KeyAnnouncement> announcements)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(announcements);
        var waiting = announcements.Where(announcement => announcement.Origin == origin).ToList();
        var keys = new List<ReceiptKey> { key };
        for (var i = 0; i < keys.Count; i++)
        {
            keys.AddRange(waiting.Where(announcement => announcement.IsSignedBy(keys[i])).Select(announcement => announcement.Key).Except(keys).ToList());
        }
        return [.. keys];
    }
}
