namespace BudgetFirewall;

/// <summary>
/// Passes on the bytes that are read and counts them, and also those that are written where the connection was upgraded, to a WebSocket for instance.
/// The meter ends with the stream: at its last byte, when it breaks, or when it is disposed before.
/// </summary>
internal sealed class MeteredStream(Stream inner, HttpCallMeter meter) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanTimeout => inner.CanTimeout;

    public override int ReadTimeout { get => inner.ReadTimeout; set => inner.ReadTimeout = value; }

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Ends a meter where nobody can wait for it. It never throws: no caller is waiting.</summary>
    public static void Abandon(HttpCallMeter meter) => _ = meter.EndAsync(isComplete: false, isCallerWaiting: false).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await meter.EndAsync(isComplete: false, isCallerWaiting: false).ConfigureAwait(false);
            throw;
        }
        if (buffer.Length > 0 && meter.Add(buffer.Span[..count]))
            await meter.EndAsync(isComplete: true, isCallerWaiting: true).ConfigureAwait(false);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // A synchronous reader does not wait for the store.
    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = inner.Read(buffer);
        }
        catch
        {
            Abandon(meter);
            throw;
        }
        if (buffer.Length > 0 && meter.Add(buffer[..count]))
            _ = meter.EndAsync(isComplete: true, isCallerWaiting: false).AsTask();
        return count;
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        meter.AddSent(buffer.Length);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        meter.AddSent(buffer.Length);
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await meter.EndAsync(isComplete: false, isCallerWaiting: false).ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
                inner.Dispose();
        }
        finally
        {
            if (disposing)
                Abandon(meter);
            base.Dispose(disposing);
        }
    }
}
