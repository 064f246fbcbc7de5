using System.Buffers;

namespace BudgetFirewall;

/// <summary>The operation of a provider that a message calls, by method and path.</summary>
/// <param name="Name">The operation's name; null where the path says nothing of it.</param>
/// <param name="IsFree">True for what providers do not charge for: reading, deleting, counting tokens.</param>
/// <param name="HasOutput">False where the answer has no tokens, as for embeddings.</param>
internal readonly record struct ApiOperation(string? Name, bool IsFree = false, bool HasOutput = true)
{
    private const string DeploymentsSegment = "/deployments/";

    private static readonly SearchValues<char> NotPlain = SearchValues.Create(";\\?#");

    private static readonly ApiOperation Free = new(null, IsFree: true);

    private static readonly (string Ending, ApiOperation Operation)[] Known =
    [
        ("/chat/completions", new("chat")),
        ("/completions", new("completions")),
        ("/responses", new("responses")),
        ("/embeddings", new("embeddings", HasOutput: false)),
        ("/messages", new("messages")),
        ("/messages/count_tokens", Free),
        ("/responses/input_tokens", Free),
    ];

    // The resources whose path has an id between their name and "cancel".
    private static readonly string[] Cancellable = ["responses", "batches", "jobs", "runs", "uploads", "file_batches"];

    /// <summary>The operation of a message.</summary>
    /// <param name="http">The message.</param>
    /// <param name="provider">The provider that is paid; null when it is not known. Moderation is free at <c>openai</c>.</param>
    public static ApiOperation Of(HttpRequestMessage http, string? provider)
    {
        if (http.Method != HttpMethod.Post)
            return IsReading(http) ? Free : new(null);
        var path = PathOf(http.RequestUri).TrimEnd('/');
        // A server may end the path elsewhere than its last segment does, so that nothing is known of it.
        if (!IsPlain(path))
            return new(null);
        if (provider == "openai" && path.EndsWith("/moderations", StringComparison.Ordinal) || IsCancelling(path))
            return Free;
        foreach (var (ending, operation) in Known)
        {
            if (path.EndsWith(ending, StringComparison.Ordinal))
                return operation;
        }
        return new(null);
    }

    /// <summary>The deployment that Azure has in the path in place of a model; null for none.</summary>
    public static string? DeploymentOf(Uri? address)
    {
        var path = PathOf(address);
        var start = path.IndexOf(DeploymentsSegment, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var rest = path[(start + DeploymentsSegment.Length)..];
        var end = rest.IndexOf('/');
        return end > 0 ? Uri.UnescapeDataString(rest[..end].ToString()) : null;
    }

    private static bool IsPlain(ReadOnlySpan<char> path)
    {
        if (path.ContainsAny(NotPlain))
            return false;
        if (!path.Contains('%'))
            return true;
        var unescaped = Uri.UnescapeDataString(path.ToString());
        return !unescaped.AsSpan().ContainsAny(NotPlain) && !unescaped.Contains('%') && unescaped.AsSpan().Count('/') == path.Count('/');
    }

    private static bool IsCancelling(ReadOnlySpan<char> path)
    {
        if (!path.EndsWith("/cancel", StringComparison.Ordinal))
            return false;
        var rest = path[..path.LastIndexOf('/')];
        rest = rest[..Math.Max(0, rest.LastIndexOf('/'))];
        var name = rest[(rest.LastIndexOf('/') + 1)..];
        foreach (var cancellable in Cancellable)
        {
            if (name.SequenceEqual(cancellable))
                return true;
        }
        return false;
    }

    // A connection that is upgraded is a session, which is paid for.
    private static bool IsReading(HttpRequestMessage http) =>
        (http.Method == HttpMethod.Get || http.Method == HttpMethod.Head || http.Method == HttpMethod.Delete || http.Method == HttpMethod.Options) && http.Headers.Upgrade.Count == 0;

    private static ReadOnlySpan<char> PathOf(Uri? address) => address is null ? default : address.IsAbsoluteUri ? address.AbsolutePath : address.OriginalString.Split('?', 2)[0];
}
