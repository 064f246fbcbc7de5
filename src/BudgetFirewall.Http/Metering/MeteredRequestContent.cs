using System.Net;

namespace BudgetFirewall;

/// <summary>A request's content that counts the bytes taken from it. It leaves the caller's content as it was, and does not own it.</summary>
internal sealed class MeteredRequestContent : HttpContent
{
    private long _bytes;
    private int _isStarted;

    public MeteredRequestContent(HttpContent inner)
    {
        Inner = inner;
        ContentHeaders.Copy(inner, this);
    }

    public HttpContent Inner { get; }

    /// <summary>True when the sending of the content has not begun. False for an empty content, of which that cannot be told.</summary>
    public bool IsUntouched => Volatile.Read(ref _isStarted) == 0 && Headers.ContentLength != 0;

    /// <summary>The number of bytes sent. Where a content is sent twice (a redirect, an authentication), its bytes count twice.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public void Add(int count) => Interlocked.Add(ref _bytes, count);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isStarted, 1);
        return Inner.CopyToAsync(new CountingWriteStream(stream, this), context, cancellationToken);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isStarted, 1);
        using var counting = new CountingWriteStream(stream, this);
        Inner.CopyTo(counting, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Inner.Headers.ContentLength ?? 0;
        return Inner.Headers.ContentLength is not null;
    }
}
