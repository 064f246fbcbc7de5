using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Reads the body of a request for the delegates of <see cref="BudgetEndpointOptions"/>, without consuming it: the endpoint reads it again from its beginning.</summary>
public static class BudgetRequestBody
{
    private const int LongestBody = 1_073_741_824;

    /// <summary>
    /// Reads the body, up to a number of bytes. The application buffers it from then on, in memory and, where it is longer than 30 KiB, in a temporary file. Several
    /// delegates may read it one after the other.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">The longest body that is read, 0 to 1,073,741,824 bytes. Default 1 MiB.</param>
    /// <returns>The bytes; empty for no body, and null for a longer one, of which nothing is kept. The body is the caller's to choose: a null must not mean a free call.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    /// <example><code>
    /// options.ModelAsync = async context => await BudgetRequestBody.ReadAsync(context) is { } body
    ///     ? JsonSerializer.Deserialize&lt;ChatRequest&gt;(body.Span)?.Model
    ///     : throw new BadHttpRequestException("The body is too long.", StatusCodes.Status413PayloadTooLarge);
    /// </code></example>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int maxBytes = 1_048_576)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (maxBytes is < 0 or > LongestBody)
            throw new ArgumentOutOfRangeException(nameof(maxBytes), maxBytes, "maxBytes must be from 0 to 1,073,741,824.");
        var request = context.Request;
        if (request.ContentLength > maxBytes)
            return null;
        request.EnableBuffering();
        request.Body.Position = 0;
        try
        {
            return await ReadAsync(request.Body, maxBytes, (int)(request.ContentLength ?? 0), context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            request.Body.Position = 0;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream body, int maxBytes, int expectedBytes, CancellationToken cancellationToken)
    {
        // A client may say any length, so no more is allocated than has come.
        const int FirstBytes = 4_096;
        const int MostAtOnce = 65_536;
        var bytes = new byte[Math.Clamp(expectedBytes, FirstBytes, MostAtOnce)];
        var count = 0;
        while (true)
        {
            if (count == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(2L * bytes.Length, Math.Max(maxBytes + 1L, FirstBytes)));
            var read = await body.ReadAsync(bytes.AsMemory(count), cancellationToken).ConfigureAwait(false);
            count += read;
            if (count > maxBytes)
                return null;
            if (read == 0)
                return bytes.AsMemory(0, count);
        }
    }
}
