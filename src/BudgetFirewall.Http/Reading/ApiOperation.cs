namespace BudgetFirewall;

/// <summary>The operation of a provider that a message calls, by method and path.</summary>
/// <param name="Name">The operation's name; null where the path says nothing of it.</param>
/// <param name="IsFree">True for what providers do not charge for: reading, deleting, counting tokens.</param>
/// <param name="HasOutput">False where the answer has no tokens, as for embeddings.</param>
internal readonly record struct ApiOperation(string? Name, bool IsFree = false, bool HasOutput = true)
{
    private const string DeploymentsSegment = "/deployments/";

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
        ("/moderations", Free),
        ("/cancel", Free),
    ];

    public static ApiOperation Of(HttpRequestMessage http)
    {
        if (http.Method != HttpMethod.Post)
            return IsReading(http) ? Free : new(null);
        var path = PathOf(http.RequestUri).TrimEnd('/');
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

    // A connection that is upgraded is a session, which is paid for.
    private static bool IsReading(HttpRequestMessage http) =>
        (http.Method == HttpMethod.Get || http.Method == HttpMethod.Head || http.Method == HttpMethod.Delete || http.Method == HttpMethod.Options) && http.Headers.Upgrade.Count == 0;

    private static ReadOnlySpan<char> PathOf(Uri? address) => address is null ? default : address.IsAbsoluteUri ? address.AbsolutePath : address.OriginalString.Split('?', 2)[0];
}
