using System.Buffers.Binary;

namespace BudgetFirewall;

/// <summary>Writes an argument of a script as the script's header describes it: whole numbers of given sizes, little-endian, one after the other.</summary>
internal ref struct PackedWriter(Span<byte> destination)
{
    public const int AmountSize = 9;

    private const long LimbBase = 1_000_000_000;

    private Span<byte> _rest = destination;

    /// <summary>A number of 0 or more, in a size of 1 to 8 bytes that holds it.</summary>
    public void Number(long value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        bytes[..size].CopyTo(Next(size));
    }

    /// <summary>An amount of 0 or more: five bytes of billions and four of the rest.</summary>
    public void Amount(long amount)
    {
        var (hi, lo) = Math.DivRem(amount, LimbBase);
        Number(hi, 5);
        Number(lo, 4);
    }

    /// <summary>An amount that may be negative: four bytes of billions and four of the rest, both negative then.</summary>
    public void SignedAmount(long amount)
    {
        var (hi, lo) = Math.DivRem(amount, LimbBase);
        BinaryPrimitives.WriteInt32LittleEndian(Next(4), checked((int)hi));
        BinaryPrimitives.WriteInt32LittleEndian(Next(4), (int)lo);
    }

    public void Fingerprint(UInt128 fingerprint) => BinaryPrimitives.WriteUInt128BigEndian(Next(16), fingerprint);

    private Span<byte> Next(int size)
    {
        var next = _rest[..size];
        _rest = _rest[size..];
        return next;
    }
}
