using System.Buffers;

namespace BudgetFirewall;

/// <summary>A copy of the beginning and of the end of the bytes that pass.</summary>
internal sealed class BodyCopy(int maxHeadBytes, int maxTailBytes)
{
    private readonly ArrayBufferWriter<byte> _head = new();
    private byte[]? _ring;
    // The number of bytes written into the ring so far; each round overwrites the one before.
    private long _ringBytes;

    public ReadOnlyMemory<byte> Head => _head.WrittenMemory;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Min(maxHeadBytes - _head.WrittenCount, bytes.Length);
        _head.Write(bytes[..kept]);
        bytes = bytes[kept..];
        if (bytes.IsEmpty || maxTailBytes == 0)
            return;
        _ring ??= new byte[maxTailBytes];
        if (bytes.Length > _ring.Length)
            bytes = bytes[^_ring.Length..];
        var start = (int)(_ringBytes % _ring.Length);
        var untilEnd = Math.Min(bytes.Length, _ring.Length - start);
        bytes[..untilEnd].CopyTo(_ring.AsSpan(start));
        bytes[untilEnd..].CopyTo(_ring);
        _ringBytes += bytes.Length;
    }

    /// <summary>The last bytes that have passed. Where the body was short, they include bytes of the head.</summary>
    public ReadOnlyMemory<byte> ToTail()
    {
        if (_ring is null)
            return Head[^Math.Min(maxTailBytes, _head.WrittenCount)..];
        var ofRing = (int)Math.Min(_ringBytes, _ring.Length);
        var ofHead = Math.Min(maxTailBytes - ofRing, _head.WrittenCount);
        var tail = new byte[ofHead + ofRing];
        _head.WrittenSpan[^ofHead..].CopyTo(tail);
        var start = (int)((_ringBytes - ofRing) % _ring.Length);
        var untilEnd = Math.Min(ofRing, _ring.Length - start);
        _ring.AsSpan(start, untilEnd).CopyTo(tail.AsSpan(ofHead));
        _ring.AsSpan(0, ofRing - untilEnd).CopyTo(tail.AsSpan(ofHead + untilEnd));
        return tail;
    }
}
