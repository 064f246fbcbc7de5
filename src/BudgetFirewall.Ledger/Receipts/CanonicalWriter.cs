using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BudgetFirewall.Receipts;

/// <summary>
/// Writes fields as bytes, so that no two lists of fields make the same ones: a byte with the field's number, four bytes with the length of its value, the value. Numbers are big-endian. A value that is absent is left
/// out. Not thread-safe.
/// </summary>
internal sealed class CanonicalWriter
{
    private const int HeadSize = 1 + sizeof(int);

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public CanonicalWriter()
    {
    }

    /// <summary>A writer whose bytes begin with a line that says what they are.</summary>
    public CanonicalWriter(string title) => Encoding.UTF8.GetBytes(title + "\n", _bytes);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Eight bytes, below zero in two's complement.</summary>
    public void Number(byte field, long? value)
    {
        if (value is not { } number)
            return;
        Head(field, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
    }

    /// <summary>A number that is left out when it is the usual one.</summary>
    public void Number(byte field, long value, long usual) => Number(field, value == usual ? null : value);

    /// <summary>Text in UTF-8.</summary>
    public void Text(byte field, string? value)
    {
        if (value is null)
            return;
        Head(field, Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, _bytes);
    }

    /// <summary>A decimal as text, without exponent and without zeros at its end: <c>-0.25</c>.</summary>
    public void Decimal(byte field, decimal value) => Text(field, (value == 0 ? 0m : value).ToString("0.############################", CultureInfo.InvariantCulture));

    /// <summary>No bytes for true; false is left out.</summary>
    public void Flag(byte field, bool value)
    {
        if (value)
            Head(field, 0);
    }

    public void Hash(byte field, MerkleHash value)
    {
        Head(field, MerkleHash.Size);
        value.WriteTo(_bytes.GetSpan(MerkleHash.Size));
        _bytes.Advance(MerkleHash.Size);
    }

    public void Bytes(byte field, ReadOnlySpan<byte> value)
    {
        Head(field, value.Length);
        _bytes.Write(value);
    }

    private void Head(byte field, int length)
    {
        var head = _bytes.GetSpan(HeadSize);
        head[0] = field;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], length);
        _bytes.Advance(HeadSize);
    }
}
