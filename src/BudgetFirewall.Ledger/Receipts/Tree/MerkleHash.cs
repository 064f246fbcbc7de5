using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BudgetFirewall.Receipts;

/// <summary>A SHA-256 hash in a Merkle tree of RFC 6962, section 2.1: of a leaf, of a node, or of a whole tree. Immutable; compares by its bytes.</summary>
public readonly record struct MerkleHash
{
    /// <summary>The number of bytes of a hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int MostOnStack = 2_048;

    private readonly UInt128 _first;
    private readonly UInt128 _last;

    /// <summary>A hash of given bytes.</summary>
    /// <param name="bytes">The bytes, <see cref="Size"/> of them.</param>
    /// <exception cref="ArgumentException">The number of bytes is another.</exception>
    public MerkleHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        _first = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _last = BinaryPrimitives.ReadUInt128BigEndian(bytes[(Size / 2)..]);
    }

    /// <summary>The hash of a tree without leaves: that of no bytes.</summary>
    public static MerkleHash OfEmptyTree { get; } = Of([]);

    /// <summary>The hash of a leaf: that of a zero byte and the leaf's bytes.</summary>
    /// <param name="data">The leaf's bytes.</param>
    public static MerkleHash OfLeaf(ReadOnlySpan<byte> data)
    {
        var prefixed = data.Length < MostOnStack ? stackalloc byte[data.Length + 1] : new byte[data.Length + 1];
        prefixed[0] = LeafPrefix;
        data.CopyTo(prefixed[1..]);
        return Of(prefixed);
    }

    /// <summary>The hash of a node: that of a byte 1 and the hashes below it.</summary>
    /// <param name="left">The hash on the left.</param>
    /// <param name="right">The hash on the right.</param>
    public static MerkleHash OfNode(MerkleHash left, MerkleHash right)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * Size)];
        prefixed[0] = NodePrefix;
        left.WriteTo(prefixed[1..]);
        right.WriteTo(prefixed[(1 + Size)..]);
        return Of(prefixed);
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text: base64, as <see cref="ToString"/> writes it.</param>
    /// <param name="hash">The hash read.</param>
    /// <returns>False when the text is no such form.</returns>
    public static bool TryParse(string? text, out MerkleHash hash)
    {
        hash = default;
        if (text is null || !Base64Text.TryDecode(text, out var bytes) || bytes.Length != Size)
            return false;
        hash = new(bytes);
        return true;
    }

    /// <summary>Writes the bytes.</summary>
    /// <param name="destination">The place, with room for <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not enough room.</exception>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt128BigEndian(destination[(Size / 2)..], _last);
    }

    /// <summary>The bytes in base64.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The SHA-256 of some bytes, as it is.</summary>
    internal static MerkleHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return new(hash);
    }
}
