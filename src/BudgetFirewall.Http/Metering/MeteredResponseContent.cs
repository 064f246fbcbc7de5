using System.Net;

namespace BudgetFirewall;

/// <summary>A response's content that counts the bytes read, and charges the call when the reading ends. It owns the provider's content.</summary>
internal sealed class MeteredResponseContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly HttpCallMeter _meter;

    public MeteredResponseContent(HttpContent inner, HttpCallMeter meter)
    {
        _inner = inner;
        _meter = meter;
        ContentHeaders.Copy(inner, this);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new MeteredStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _meter);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new MeteredStream(_inner.ReadAsStream(cancellationToken), _meter);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var source = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
            await source.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var source = CreateContentReadStream(cancellationToken);
        source.CopyTo(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
                _inner.Dispose();
        }
        finally
        {
            if (disposing)
                MeteredStream.Abandon(_meter);
            base.Dispose(disposing);
        }
    }
}
