using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BudgetFirewall;

/// <summary>
/// The id of an operation: a text that was given, or 128 random bits that the library generated and that become a text only when the id is read.
/// </summary>
internal readonly struct OperationId : IEquatable<OperationId>
{
    private const int Bytes = 16;

    // Asking the system for random bits costs as much for one id as for many.
    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _used;

    private readonly string? _text;
    private readonly ulong _upper;
    private readonly ulong _lower;

    private OperationId(ReadOnlySpan<byte> bits) =>
        (_upper, _lower) = (BinaryPrimitives.ReadUInt64BigEndian(bits), BinaryPrimitives.ReadUInt64BigEndian(bits[sizeof(ulong)..]));

    private OperationId(string text) => _text = text;

    /// <summary>128 random bits.</summary>
    public static OperationId MakeUp()
    {
        var random = _random ??= new byte[64 * Bytes];
        if (_used == 0)
            RandomNumberGenerator.Fill(random);
        var id = new OperationId(random.AsSpan(_used, Bytes));
        _used = (_used + Bytes) % random.Length;
        return id;
    }

    /// <summary>The id with a text. It equals the generated id that was read as that text.</summary>
    public static OperationId Of(string text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return text.Length == 2 * Bytes && !text.AsSpan().ContainsAnyInRange('A', 'F')
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
                ? new(bytes)
                : new(text);
    }

    public bool Equals(OperationId other) => _upper == other._upper && _lower == other._lower && _text == other._text;

    public override bool Equals(object? obj) => obj is OperationId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_upper, _lower, _text);

    /// <summary>The id as text. Generated bits are written as 32 hexadecimal digits, anew each time.</summary>
    public override string ToString()
    {
        if (_text is not null)
            return _text;
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _upper);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], _lower);
        return Convert.ToHexStringLower(bytes);
    }
}
