using System.Net.Http.Json;

namespace BudgetFirewall;

/// <summary>The body of a request, read before it is sent and without being consumed.</summary>
internal static class RequestBody
{
    /// <summary>The bytes; empty for no content, and null where it is longer than allowed, or cannot be read without being consumed.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContent? content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content is null)
            return ReadOnlyMemory<byte>.Empty;
        var length = content.Headers.ContentLength;
        // Of other contents of unknown length it is not known whether they can be sent a second time when their buffering has to be given up.
        if (length > maxBytes || length is null && content is not JsonContent)
            return null;
        try
        {
            // Buffered in the content itself: it is sent from there, as often as it takes.
            await content.LoadIntoBufferAsync(maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException) when (length is null)
        {
            return null;
        }
        return await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }
}
