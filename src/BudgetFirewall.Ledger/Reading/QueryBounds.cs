using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall.Storage;

/// <summary>The bounds of a query as a database needs them, and the cursors that belong to it.</summary>
internal sealed class QueryBounds
{
    private const int CursorBytes = sizeof(long) + DigestBytes;
    private const int DigestBytes = 8;

    // The year 2200, until which keys have room for the time.
    private const long Latest = 7_258_118_400_000_000;

    private readonly byte[] _digest;

    /// <exception cref="ArgumentException">The times are reversed, a kind of entry is none, or the cursor is none or that of another query.</exception>
    public QueryBounds(LedgerQuery query)
    {
        From = Math.Max(query.From is { } from ? LedgerTime.Microseconds(from) : 0, 0);
        To = Math.Min(query.To is { } to ? LedgerTime.Microseconds(to) : Latest, Latest);
        if (query.From is { } first && query.To is { } last && first >= last)
            throw new ArgumentException($"From ({first:O}) must be before To ({last:O}).", nameof(query));
        if (query.Kinds.Any(kind => !Enum.IsDefined(kind)))
            throw new ArgumentException($"There is no kind of entry {query.Kinds.First(kind => !Enum.IsDefined(kind))}.", nameof(query));
        Kinds = [.. (query.Kinds.Count == 0 ? LedgerKinds.All : query.Kinds).Distinct().Order().Select(kind => (long)kind)];
        _digest = DigestOf(query);
        IsOldestFirst = query.IsOldestFirst;
        var place = query.Cursor is { } cursor ? KeyOf(cursor) : (long?)null;
        FirstKey = IsOldestFirst && place is { } begin ? begin : EntryKey.First(From);
        EndKey = !IsOldestFirst && place is { } end ? end : To <= 0 ? 0 : EntryKey.End(To);
    }

    public long From { get; }

    public long To { get; }

    public bool IsOldestFirst { get; }

    /// <summary>The lowest key that an entry of the page may have.</summary>
    public long FirstKey { get; }

    /// <summary>The key that all entries of the page are below.</summary>
    public long EndKey { get; }

    public IReadOnlyList<long> Kinds { get; }

    /// <summary>The cursor of the page that begins behind the entry of a key.</summary>
    public string CursorBehind(long key)
    {
        Span<byte> bytes = stackalloc byte[CursorBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, IsOldestFirst ? key + 1 : key);
        _digest.CopyTo(bytes[sizeof(long)..]);
        return Base64Url.EncodeToString(bytes);
    }

    private long KeyOf(string cursor)
    {
        Span<byte> bytes = stackalloc byte[CursorBytes];
        if (!Base64Url.IsValid(cursor, out var length) || length != CursorBytes || !Base64Url.TryDecodeFromChars(cursor, bytes, out _))
            throw new ArgumentException("The cursor is not one that a page has given.", nameof(cursor));
        return bytes[sizeof(long)..].SequenceEqual(_digest)
            ? BinaryPrimitives.ReadInt64BigEndian(bytes)
            : throw new ArgumentException("The cursor belongs to another query: give it with the times, scopes, partition, kinds, operation and order that its page was asked with.", nameof(cursor));
    }

    private byte[] DigestOf(LedgerQuery query)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, From);
        Append(hash, query.To is null ? -1 : To);
        foreach (var kind in Kinds)
            Append(hash, kind);
        Append(hash, query.OperationId);
        Append(hash, query.Partition);
        if (query.IsOldestFirst)
            Append(hash, 1);
        foreach (var (kind, scope) in query.Scopes.OrderBy(scope => scope.Key, StringComparer.Ordinal))
        {
            Append(hash, kind);
            Append(hash, scope);
        }
        return hash.GetHashAndReset()[..DigestBytes];
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        Append(hash, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        hash.AppendData(Encoding.UTF8.GetBytes(text ?? ""));
    }
}
