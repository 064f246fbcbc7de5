using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace BudgetFirewall;

/// <summary>Reads bodies: JSON in UTF-8 and nothing else, no larger than allowed.</summary>
internal static class JsonBody
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The body.</summary>
    /// <exception cref="RefusedBodyException">It is too large, or of another media type or encoding.</exception>
    /// <exception cref="FieldException">It is not a body of the expected type.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> typeInfo, int maxBytes) where T : class
    {
        CheckMediaType(context.Request);
        var bytes = await ReadBytesAsync(context, maxBytes).ConfigureAwait(false);
        return Parse(bytes, typeInfo);
    }

    /// <summary>The body; where there is none, the value that stands for an empty one.</summary>
    /// <inheritdoc cref="ReadAsync{T}"/>
    public static async ValueTask<T> ReadOptionalAsync<T>(HttpContext context, JsonTypeInfo<T> typeInfo, int maxBytes, T empty) where T : class
    {
        var bytes = await ReadBytesAsync(context, maxBytes).ConfigureAwait(false);
        if (bytes.Length == 0)
            return empty;
        CheckMediaType(context.Request);
        return Parse(bytes, typeInfo);
    }

    /// <summary>The bytes of a body whose reader judges them itself.</summary>
    /// <exception cref="RefusedBodyException">It is too large, or of another media type or encoding.</exception>
    public static async ValueTask<byte[]> ReadRawAsync(HttpContext context, int maxBytes)
    {
        CheckMediaType(context.Request);
        return await ReadBytesAsync(context, maxBytes).ConfigureAwait(false);
    }

    private static T Parse<T>(byte[] bytes, JsonTypeInfo<T> typeInfo) where T : class
    {
        var json = bytes.AsSpan();
        json = json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
        if (json.IsEmpty)
            throw new FieldException("body", "A JSON object is required; the body is empty.");
        try
        {
            return JsonSerializer.Deserialize(json, typeInfo) ?? throw new FieldException("body", "A JSON object is required, not null.");
        }
        catch (JsonException e)
        {
            throw JsonFaults.FieldOf(e, json, typeInfo);
        }
    }

    private static void CheckMediaType(HttpRequest request)
    {
        if (!request.HasJsonContentType()
            || !MediaTypeHeaderValue.TryParse(request.ContentType, out var mediaType)
            || (mediaType.Charset.HasValue && !HeaderUtilities.RemoveQuotes(mediaType.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw RefusedBodyException.MediaType();
        }
    }

    // An application that decompresses bodies has taken the header away.
    private static void CheckEncoding(HttpContext context)
    {
        foreach (var encoding in context.Request.Headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding))
        {
            if (encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
                continue;
            context.Response.Headers.AcceptEncoding = "identity";
            throw RefusedBodyException.Encoding();
        }
    }

    private static async ValueTask<byte[]> ReadBytesAsync(HttpContext context, int maxBytes)
    {
        CheckEncoding(context);
        if (context.Request.ContentLength > maxBytes)
            throw RefusedBodyException.TooLarge(maxBytes);
        var reader = context.Request.BodyReader;
        while (true)
        {
            // No token: a broken connection ends the reading by itself.
            var read = await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            if (read.Buffer.Length > maxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw RefusedBodyException.TooLarge(maxBytes);
            }
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
