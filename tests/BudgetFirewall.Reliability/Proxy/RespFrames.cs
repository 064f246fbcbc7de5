using System.Buffers.Text;
using System.Net.Sockets;

namespace BudgetFirewall.Reliability;

/// <summary>Cuts a stream of the Redis protocol, version 2 or 3, into its requests or replies.</summary>
internal sealed class RespFrames(NetworkStream stream)
{
    // ">3\r\n$12\r\npunsubscribe\r\n", and some digits more.
    private const int LongestKind = 32;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next whole frame, which stays valid until the next call; empty at the end of the stream.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync()
    {
        while (true)
        {
            var length = Measure(_buffer.AsSpan(_start, _end - _start));
            if (length > 0)
            {
                var frame = _buffer.AsMemory(_start, length);
                _start += length;
                return frame;
            }
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end));
            if (read == 0)
                return default;
            _end += read;
        }
    }

    /// <summary>True when a further frame is there without waiting.</summary>
    public bool HasMore => Measure(_buffer.AsSpan(_start, _end - _start)) > 0;

    /// <summary>False for what a server sends without having been asked, as a message to subscribers.</summary>
    public static bool IsReply(ReadOnlySpan<byte> frame) => frame[0] != (byte)'>' || frame[..Math.Min(frame.Length, LongestKind)].IndexOf("subscribe\r\n"u8) > 0;

    private void MakeRoom()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    /// <summary>The length of the frame at the beginning; 0 while it is not whole.</summary>
    private static int Measure(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.IndexOf("\r\n"u8);
        if (line < 1)
            return 0;
        var (isText, partsPerItem) = bytes[0] switch
        {
            (byte)'$' or (byte)'=' or (byte)'!' => (true, 0),
            (byte)'*' or (byte)'~' or (byte)'>' => (false, 1),
            (byte)'%' => (false, 2),
            _ => (false, 0),
        };
        if (!isText && partsPerItem == 0)
            return line + 2;
        _ = Utf8Parser.TryParse(bytes[1..line], out int count, out _);
        var at = line + 2;
        if (count < 0)
            return at;
        if (isText)
            return at + count + 2 <= bytes.Length ? at + count + 2 : 0;
        for (var i = 0; i < count * partsPerItem; i++)
        {
            var part = Measure(bytes[at..]);
            if (part == 0)
                return 0;
            at += part;
        }
        return at;
    }
}
