using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace BudgetFirewall.Receipts;

/// <summary>
/// The state of a log at one time, signed: its name, the number of its entries and the hash of their Merkle tree, in the form of C2SP's tlog-checkpoint (https://c2sp.org/tlog-checkpoint). Who keeps one can tell
/// later whether the log still begins with the same entries. Immutable.
/// </summary>
public sealed class LedgerCheckpoint
{
    private const int LinesOfAll = 3;

    private readonly SignedNote _note;

    private LedgerCheckpoint(SignedNote note, string origin, long treeSize, MerkleHash root, ImmutableArray<string> extensions) =>
        (_note, Origin, TreeSize, Root, Extensions) = (note, origin, treeSize, root, extensions);

    /// <summary>The name of the log, and of the keys that sign for it.</summary>
    public string Origin { get; }

    /// <summary>The number of entries; 0 for a log without any.</summary>
    public long TreeSize { get; }

    /// <summary>The hash of the tree.</summary>
    public MerkleHash Root { get; }

    /// <summary>Further lines, which say what others have put there.</summary>
    public ImmutableArray<string> Extensions { get; }

    /// <summary>The whole text with its signatures, as it is published.</summary>
    public string Text => _note.Text;

    /// <summary>Signs the state of a log.</summary>
    /// <param name="origin">The name of the log: without spaces and plus signs, best an address without its scheme, as <c>example.com/ledger</c>.</param>
    /// <param name="treeSize">The number of entries.</param>
    /// <param name="root">The hash of the tree.</param>
    /// <param name="signer">The signer.</param>
    /// <param name="extensions">Further lines, none of them empty; null for none. They are signed, and say nothing about the tree.</param>
    /// <param name="cancellationToken">Ends the waiting for the signer.</param>
    /// <exception cref="ArgumentException">The name or a further line is not allowed, the number is negative, or the hash is not that of a tree without leaves where there are none.</exception>
    public static async ValueTask<LedgerCheckpoint> SignAsync(
        string origin, long treeSize, MerkleHash root, ISigner signer, IReadOnlyList<string>? extensions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentOutOfRangeException.ThrowIfNegative(treeSize);
        if (!SignedNote.IsName(origin))
            throw new ArgumentException("The name of a log has no spaces and no plus signs, and is not empty.", nameof(origin));
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{origin}\n{treeSize}\n{root}\n");
        foreach (var line in extensions ?? [])
            body.Append(line).Append('\n');
        var note = await SignedNote.SignAsync(body.ToString(), origin, [signer], cancellationToken).ConfigureAwait(false);
        try
        {
            var checkpoint = Parse(note.Text);
            return checkpoint.Extensions.Length == (extensions?.Count ?? 0) ? checkpoint : throw new FormatException("A further line of a checkpoint has no line feeds.");
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(extensions), e);
        }
    }

    /// <summary>Reads a checkpoint. Its signatures are not verified yet.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is no checkpoint; the message says why.</exception>
    public static LedgerCheckpoint Parse(string text)
    {
        var note = SignedNote.Parse(text);
        var lines = note.Body[..^1].Split('\n');
        if (lines.Length < LinesOfAll || lines.Contains(""))
            throw new FormatException("A checkpoint has the name of the log, the number of its entries and the hash of its tree, and no empty line.");
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size.ToString(CultureInfo.InvariantCulture) != lines[1])
            throw new FormatException("The second line of a checkpoint is the number of entries.");
        if (!MerkleHash.TryParse(lines[2], out var root))
            throw new FormatException("The third line of a checkpoint is the hash of the tree in base64.");
        if (size == 0 && root != MerkleHash.OfEmptyTree)
            throw new FormatException("The hash of a log without entries is that of no bytes.");
        return new(note, lines[0], size, root, [.. lines[LinesOfAll..]]);
    }

    /// <summary>True when there is a signature that says it is of a key, whether it is or not.</summary>
    /// <param name="key">The key.</param>
    public bool Names(ReceiptKey key) => _note.Names(Origin, key);

    /// <summary>True when a key has signed the checkpoint in the name of its log.</summary>
    /// <param name="key">The key.</param>
    public bool IsSignedBy(ReceiptKey key) => _note.IsSignedBy(Origin, key);

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
