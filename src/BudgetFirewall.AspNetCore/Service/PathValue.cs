using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BudgetFirewall;

/// <summary>
/// Ids in paths, exactly as they were sent. The server decodes all of a path but <c>%2F</c>, so that in its decoded form an id with a slash
/// cannot be told from one with the three characters <c>%2F</c>; the path as sent can tell.
/// </summary>
internal static class PathValue
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The segment at a place counted from the path's end, 0 being the last.</summary>
    /// <exception cref="FieldException">It is not UTF-8 in percent-encoding.</exception>
    public static string FromEnd(HttpContext context, string name, int place)
    {
        var routed = context.Request.RouteValues[name] as string ?? "";
        var segments = Segments(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "");
        if (segments.Length <= place)
            return routed;
        var sent = Decode(segments[segments.Length - 1 - place], name);
        // Where an application rewrites paths, the path as sent is not the one that was routed.
        return Uri.UnescapeDataString(sent) == Uri.UnescapeDataString(routed) ? sent : routed;
    }

    private static string[] Segments(string target)
    {
        var path = target.AsSpan();
        var query = path.IndexOf('?');
        path = query < 0 ? path : path[..query];
        return path.TrimEnd('/').ToString().Split('/');
    }

    private static string Decode(string segment, string name)
    {
        var bytes = new List<byte>(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(segment, i, 1));
                continue;
            }
            if (i + 2 >= segment.Length || !byte.TryParse(segment.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var encoded))
                throw new FieldException(name, $"{name} is not percent-encoded.");
            bytes.Add(encoded);
            i += 2;
        }
        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw new FieldException(name, $"{name} is not UTF-8.");
        }
    }
}
