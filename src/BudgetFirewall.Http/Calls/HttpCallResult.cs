using System.Net.Http.Headers;

namespace BudgetFirewall;

/// <summary>Describes a call that has ended, for <see cref="BudgetHandlerOptions.ReadUsage"/>.</summary>
public sealed class HttpCallResult
{
    /// <summary>Makes a result, for tests of delegates.</summary>
    /// <param name="response">The response; its content must not be read.</param>
    /// <param name="body">The copy of the body.</param>
    /// <param name="isBodyComplete">True when the copy is the whole body.</param>
    /// <param name="requestBytes">The bytes of the request's content that were sent.</param>
    /// <param name="responseBytes">The bytes of the response's content that were read.</param>
    /// <param name="tail">The copy of the body's end; null where <paramref name="body"/> is that too.</param>
    /// <param name="contentHeaders">The content's headers; null for those that the response has now.</param>
    /// <param name="usage">The usage that the <see cref="BudgetHandlerOptions.UsageFormat"/> has read; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public HttpCallResult(
        HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isBodyComplete = true, long requestBytes = 0, long responseBytes = 0,
        ReadOnlyMemory<byte>? tail = null, HttpContentHeaders? contentHeaders = null, BudgetUsage? usage = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        Tail = tail ?? body;
        ContentHeaders = contentHeaders ?? response.Content.Headers;
        Usage = usage;
        Response = response;
        Body = body;
        IsBodyComplete = isBodyComplete;
        RequestBytes = requestBytes;
        ResponseBytes = responseBytes;
    }

    /// <summary>The response, for its status and headers. Its content belongs to the caller and must not be read.</summary>
    public HttpResponseMessage Response { get; }

    /// <summary>A copy of the body as far as the caller has read it, at most <see cref="BudgetHandlerOptions.MaxCopiedBytes"/> from its beginning, decompressed where the client decompresses. Valid during the call only.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>
    /// True when <see cref="Body"/> is the whole body: it was read to its end and fits. With a <see cref="BudgetHandlerOptions.UsageFormat"/> a stream ends with its last event, whether or not the caller reads on.
    /// Without one, a client that stops reading at the last event has not read to the end: look at <see cref="Tail"/>.
    /// </summary>
    public bool IsBodyComplete { get; }

    /// <summary>
    /// The last bytes that the caller has read, at most <see cref="BudgetHandlerOptions.MaxTailBytes"/>. Where the body is short they are in <see cref="Body"/> as well. Valid during the call only.
    /// </summary>
    public ReadOnlyMemory<byte> Tail { get; }

    /// <summary>The headers of the content as they came. The response may have no content any more.</summary>
    public HttpContentHeaders ContentHeaders { get; }

    /// <summary>The usage that the <see cref="BudgetHandlerOptions.UsageFormat"/> has read, to which a delegate may add; null without a format, or when nothing was read.</summary>
    public BudgetUsage? Usage { get; }

    /// <summary>The bytes of the request's content that were sent, without headers.</summary>
    public long RequestBytes { get; }

    /// <summary>The bytes of the response's content that the caller has read, without headers.</summary>
    public long ResponseBytes { get; }
}
