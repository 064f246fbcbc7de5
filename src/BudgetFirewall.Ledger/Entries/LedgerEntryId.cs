using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall;

/// <summary>The id of an entry, worked out from its identity: its time, and a digest of partition, kind and operation.</summary>
/// <param name="TimeMicroseconds">The entry's time.</param>
/// <param name="Digest">The first 64 bits of the SHA-256 of the rest of its identity.</param>
internal readonly record struct LedgerEntryId(long TimeMicroseconds, ulong Digest)
{
    private const int Digits = 16;

    private static readonly ulong Latest = (ulong)LedgerTime.Microseconds(DateTimeOffset.MaxValue);

    public static LedgerEntryId Of(LedgerEntry entry) => new(entry.TimeMicroseconds, DigestOf(entry.Kind, entry.Partition, entry.OperationScope, entry.OperationId));

    public static bool TryParse(string text, [NotNullWhen(true)] out LedgerEntryId? id)
    {
        id = null;
        if (text.Length != (2 * Digits) + 1 || text[Digits] != '-' || !IsHex(text.AsSpan(0, Digits), out var time) || !IsHex(text.AsSpan(Digits + 1), out var digest) || time >= Latest)
            return false;
        id = new((long)time, digest);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TimeMicroseconds:x16}-{Digest:x16}");

    private static bool IsHex(ReadOnlySpan<char> text, out ulong value) => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    // Each text with its length, so that no two identities make the same bytes.
    private static ulong DigestOf(LedgerEntryKind kind, params ReadOnlySpan<string?> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, (int)kind);
        hash.AppendData(length);
        foreach (var name in names)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, name is null ? -1 : Encoding.UTF8.GetByteCount(name));
            hash.AppendData(length);
            hash.AppendData(Encoding.UTF8.GetBytes(name ?? ""));
        }
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest);
    }
}
