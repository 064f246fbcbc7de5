using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace BudgetFirewall.Receipts;

/// <summary>
/// Writes fields as bytes, so that no two lists of fields make the same ones: a byte with the field's number, four bytes with the length of its value, the value. Numbers are big-endian. A value that is absent is left
/// out. Its bytes are gone when it is disposed. Not thread-safe.
/// </summary>
internal sealed class CanonicalWriter : IDisposable
{
    private const int HeadSize = 1 + sizeof(int);

    private byte[] _bytes;
    private int _length;

    /// <summary>A writer whose bytes begin with a line that says what they are.</summary>
    /// <param name="title">The line.</param>
    /// <param name="size">The number of bytes that are expected; there may be more.</param>
    public CanonicalWriter(string title, int size)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(size);
        Append(title);
        Append("\n");
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>The number of bytes that are written, which is the place of the next field.</summary>
    public int Length => _length;

    /// <summary>Begins a field whose value is fields.</summary>
    /// <returns>The place, for <see cref="End"/>.</returns>
    public int Begin(byte field)
    {
        Head(field, 0);
        return _length;
    }

    /// <summary>Ends a field whose value is fields.</summary>
    public void End(int place) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(place - sizeof(int)), _length - place);

    /// <summary>Puts the last fields in the order of their values.</summary>
    /// <param name="places">Their places, in the order in which they were written.</param>
    public void Sort(IReadOnlyList<int> places)
    {
        if (places.Count < 2)
            return;
        var first = places[0];
        var written = Written[first..].ToArray();
        var fields = places.Select((place, i) => (Start: place - first, End: (i + 1 < places.Count ? places[i + 1] : _length) - first)).ToArray();
        Array.Sort(fields, (left, right) => written.AsSpan((left.Start + HeadSize)..left.End).SequenceCompareTo(written.AsSpan((right.Start + HeadSize)..right.End)));
        _length = first;
        foreach (var (start, end) in fields)
            written.AsSpan(start..end).CopyTo(Take(end - start));
    }

    /// <summary>Eight bytes, below zero in two's complement.</summary>
    public void Number(byte field, long? value)
    {
        if (value is not { } number)
            return;
        Head(field, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), number);
    }

    /// <summary>A number that is left out when it is the usual one.</summary>
    public void Number(byte field, long value, long usual) => Number(field, value == usual ? null : value);

    /// <summary>Text in UTF-8.</summary>
    public void Text(byte field, string? value)
    {
        if (value is null)
            return;
        var place = Begin(field);
        Append(value);
        End(place);
    }

    /// <summary>A decimal as text, without exponent and without zeros at its end: <c>-0.25</c>.</summary>
    public void Decimal(byte field, decimal value) => Text(field, ReceiptText.Text(value));

    /// <summary>No bytes for true; false is left out.</summary>
    public void Flag(byte field, bool value)
    {
        if (value)
            Head(field, 0);
    }

    public void Hash(byte field, MerkleHash value)
    {
        Head(field, MerkleHash.Size);
        value.WriteTo(Take(MerkleHash.Size));
    }

    public void Bytes(byte field, ReadOnlySpan<byte> value)
    {
        Head(field, value.Length);
        value.CopyTo(Take(value.Length));
    }

    private void Head(byte field, int length)
    {
        var head = Take(HeadSize);
        head[0] = field;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], length);
    }

    private void Append(string text) => Encoding.UTF8.GetBytes(text, Take(Encoding.UTF8.GetByteCount(text)));

    private Span<byte> Take(int size)
    {
        if (_bytes.Length - _length < size)
            Grow(_length + size);
        _length += size;
        return _bytes.AsSpan(_length - size, size);
    }

    private void Grow(int size)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, size));
        Written.CopyTo(bytes);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = bytes;
    }
}
