using System.Buffers.Binary;

namespace BudgetFirewall;

/// <summary>Writes whole numbers into an argument of a script, little-endian, one after the other, in the sizes of their layouts.</summary>
internal ref struct PackedWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    /// <summary>A whole number, in a size of 1 to 8 bytes that holds it.</summary>
    public void Number(long value, int size)
    {
        if (size < sizeof(long) && value >> (size * 8) is not (0 or -1))
            throw new ArgumentOutOfRangeException(nameof(value), value, $"The number does not fit {size} bytes.");
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        bytes[..size].CopyTo(Next(size));
    }

    /// <summary>An amount of 0 or more.</summary>
    public void Amount(long amount)
    {
        var (hi, lo) = Math.DivRem(amount, ScriptNumbers.Base);
        AmountLayout.Write(ref this, hi, lo);
    }

    /// <summary>An amount that may be negative.</summary>
    public void SignedAmount(long amount)
    {
        var (hi, lo) = Math.DivRem(amount, ScriptNumbers.Base);
        SignedAmountLayout.Write(ref this, checked((int)hi), lo);
    }

    /// <summary>A letter of one byte.</summary>
    public void Letter(char letter) => Next(1)[0] = checked((byte)letter);

    public void Fingerprint(UInt128 fingerprint) => BinaryPrimitives.WriteUInt128BigEndian(Next(RecordHeadLayout.FingerprintSize), fingerprint);

    private Span<byte> Next(int size)
    {
        var next = _rest[..size];
        _rest = _rest[size..];
        return next;
    }
}
