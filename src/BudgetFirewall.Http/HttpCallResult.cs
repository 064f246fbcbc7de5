namespace BudgetFirewall;

/// <summary>What is known of a call when its usage is read.</summary>
public sealed class HttpCallResult
{
    /// <summary>A result. For tests of delegates.</summary>
    /// <param name="response">The response; its content must not be read.</param>
    /// <param name="body">The copy of the body.</param>
    /// <param name="isBodyComplete">Whether the copy is the whole body.</param>
    /// <param name="requestBytes">The bytes of the request's content that were sent.</param>
    /// <param name="responseBytes">The bytes of the response's content that were read.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public HttpCallResult(HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isBodyComplete = true, long requestBytes = 0, long responseBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(response);
        Response = response;
        Body = body;
        IsBodyComplete = isBodyComplete;
        RequestBytes = requestBytes;
        ResponseBytes = responseBytes;
    }

    /// <summary>The response, for its status and headers. Its content belongs to the caller and must not be read.</summary>
    public HttpResponseMessage Response { get; }

    /// <summary>What the caller has read of the body, at most <see cref="BudgetHandlerOptions.MaxCopiedBytes"/> from its beginning, decompressed where the client decompresses. Valid during the call only.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>True when <see cref="Body"/> is the whole body: it was read to its end and fits.</summary>
    public bool IsBodyComplete { get; }

    /// <summary>The bytes of the request's content that were sent, without headers.</summary>
    public long RequestBytes { get; }

    /// <summary>The bytes of the response's content that the caller has read, without headers.</summary>
    public long ResponseBytes { get; }
}
