namespace BudgetFirewall.Http.Tests;

/// <summary>A stream that gives one piece with each read, and in the end an exception where there is one.</summary>
internal sealed class PiecedStream(IReadOnlyList<byte[]> pieces, Exception? end = null) : Stream
{
    private int _piece;
    private int _taken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_piece < pieces.Count && _taken == pieces[_piece].Length)
            (_piece, _taken) = (_piece + 1, 0);
        if (_piece == pieces.Count)
            return end is null ? 0 : throw end;
        var count = Math.Min(buffer.Length, pieces[_piece].Length - _taken);
        pieces[_piece].AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
