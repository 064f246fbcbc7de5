using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace BudgetFirewall.Receipts;

/// <summary>
/// A text with signatures in the form of C2SP's signed-note (https://c2sp.org/signed-note): the text, an empty line, and a line for each signature, which are ECDSA ones of its type 0x02. Immutable.
/// </summary>
public sealed class SignedNote
{
    private const int MostSignatures = 64;
    private const string SignatureStart = "— ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ImmutableArray<NoteSignature> _signatures;

    private SignedNote(string body, ImmutableArray<NoteSignature> signatures, string text) => (Body, _signatures, Text) = (body, signatures, text);

    /// <summary>The text that is signed, with the line feed at its end.</summary>
    public string Body { get; }

    /// <summary>The whole note.</summary>
    public string Text { get; }

    /// <summary>Reads a note. Its signatures are not verified yet.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is no note; the message says why.</exception>
    public static SignedNote Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        CheckText(text);
        var cut = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (cut <= 0 || !text.EndsWith('\n') || cut + 2 == text.Length)
            throw new FormatException("A note is a text, an empty line and at least one line with a signature, each ending with a line feed.");
        var lines = text[(cut + 2)..^1].Split('\n');
        if (lines.Length > MostSignatures)
            throw new FormatException($"A note has at most {MostSignatures} signatures, not {lines.Length}.");
        return new(text[..(cut + 1)], [.. lines.Select(SignatureOf)], text);
    }

    /// <summary>Signs a text.</summary>
    /// <param name="body">The text, which ends with a line feed.</param>
    /// <param name="name">The name of the keys: without spaces and plus signs, best an address without its scheme, as <c>example.com/ledger</c>.</param>
    /// <param name="signers">The signers, at least one.</param>
    /// <param name="cancellationToken">Ends the waiting for a signer.</param>
    /// <exception cref="ArgumentException">The name is not allowed, the text does not end with a line feed or has control characters, or there is no signer.</exception>
    public static async ValueTask<SignedNote> SignAsync(string body, string name, IReadOnlyList<ISigner> signers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(signers);
        if (!IsName(name))
            throw new ArgumentException("The name of a key has no spaces and no plus signs, and is not empty.", nameof(name));
        if (!body.EndsWith('\n') || body.StartsWith('\n') || signers.Count is 0 or > MostSignatures)
            throw new ArgumentException($"A note begins with a line that is not empty, ends with a line feed, and has 1 to {MostSignatures} signers.", nameof(body));
        var text = new StringBuilder(body).Append('\n');
        var data = Encoding.UTF8.GetBytes(body);
        foreach (var signer in signers)
        {
            var signature = await signer.SignAsync(data, cancellationToken).ConfigureAwait(false);
            var whole = new byte[sizeof(uint) + signature.Length];
            BinaryPrimitives.WriteUInt32BigEndian(whole, signer.Key.Id);
            signature.CopyTo(whole, sizeof(uint));
            text.Append(SignatureStart).Append(name).Append(' ').Append(Convert.ToBase64String(whole)).Append('\n');
        }
        try
        {
            return Parse(text.ToString());
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(body), e);
        }
    }

    /// <summary>True when there is a signature that says it is of a key, whether it is or not.</summary>
    /// <param name="name">The name of the key.</param>
    /// <param name="key">The key.</param>
    public bool Names(string name, ReceiptKey key) => SignaturesOf(name, key).Any();

    /// <summary>True when a key has signed the note: there is a signature with its name and number, and each such signature is right.</summary>
    /// <param name="name">The name of the key.</param>
    /// <param name="key">The key.</param>
    public bool IsSignedBy(string name, ReceiptKey key)
    {
        var data = Encoding.UTF8.GetBytes(Body);
        return Names(name, key) && SignaturesOf(name, key).All(signature => key.Verify(data, signature.Signature));
    }

    /// <summary>True for texts that may be the name of a key.</summary>
    internal static bool IsName(string? name) => !string.IsNullOrEmpty(name) && !name.Any(sign => char.IsWhiteSpace(sign) || char.IsControl(sign) || sign == '+');

    private IEnumerable<NoteSignature> SignaturesOf(string name, ReceiptKey key)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(key);
        return _signatures.Where(signature => signature.Name == name && signature.KeyId == key.Id);
    }

    private static void CheckText(string text)
    {
        if (text.Any(sign => sign < ' ' && sign != '\n'))
            throw new FormatException("A note has no control characters but line feeds.");
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new FormatException("A note is well-formed text.", e);
        }
    }

    private static NoteSignature SignatureOf(string line)
    {
        var parts = line.StartsWith(SignatureStart, StringComparison.Ordinal) ? line[SignatureStart.Length..].Split(' ') : [];
        if (parts.Length != 2 || !IsName(parts[0]) || !Base64Text.TryDecode(parts[1], out var bytes) || bytes.Length <= sizeof(uint))
            throw new FormatException("A signature is a line of a dash, the name of a key, and the key's number and the signature in base64.");
        return new(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[sizeof(uint)..]);
    }
}
