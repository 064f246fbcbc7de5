using System.Net.Http.Headers;

namespace BudgetFirewall;

/// <summary>Describes requests and reads answers in one format.</summary>
internal sealed class HttpFormat
{
    private const int MaxModelLength = 256;

    private readonly HttpUsageFormat _format;
    private readonly int _defaultCeiling;
    private readonly string? _provider;

    public HttpFormat(HttpUsageFormat format, int defaultCeiling, string? provider)
    {
        _format = Enum.IsDefined(format) ? format : throw new ArgumentOutOfRangeException(nameof(BudgetHandlerOptions.UsageFormat), format, "UsageFormat must be one of its named values.");
        _defaultCeiling = defaultCeiling;
        _provider = provider;
    }

    /// <summary>False where the body says nothing of what a call costs.</summary>
    public static bool NeedsBody(HttpRequestMessage http, ApiOperation operation) => !operation.IsFree && (operation.Name is not null || IsJson(http.Content?.Headers));

    /// <summary>The operation that a message calls.</summary>
    public ApiOperation OperationOf(HttpRequestMessage http) => ApiOperation.Of(http, _provider);

    /// <summary>Completes a request by its operation and by its body.</summary>
    /// <param name="http">The message.</param>
    /// <param name="operation">The operation that its method and path name.</param>
    /// <param name="request">The request so far.</param>
    /// <param name="hasOwnUsage">True when its usage is said for this one call, so that it is not estimated.</param>
    /// <param name="body">The body; null where it was not read.</param>
    /// <param name="problem">The reason why the model and usage could not be read; null where they could.</param>
    public BudgetRequest Describe(HttpRequestMessage http, ApiOperation operation, BudgetRequest request, bool hasOwnUsage, ReadOnlyMemory<byte>? body, out string? problem)
    {
        problem = null;
        request = request with { Operation = request.Operation == BudgetHandlerOptions.DefaultOperation ? operation.Name ?? request.Operation : request.Operation };
        if (operation.IsFree)
            return request with { Cost = 0m, Usage = UsageOfFree(request.Usage, hasOwnUsage) };
        if (!NeedsBody(http, operation))
            return request;
        var reader = new RequestReader();
        problem = ProblemOf(http.Content, body, reader);
        if (problem is not null)
            return request with { Model = ModelOf(ApiOperation.DeploymentOf(http.RequestUri)) ?? request.Model };
        var usage = reader.ToUsage(operation.HasOutput, _defaultCeiling);
        return request with
        {
            Model = ModelOf(reader.Model) ?? ModelOf(ApiOperation.DeploymentOf(http.RequestUri)) ?? request.Model,
            Usage = hasOwnUsage && request.Usage is { } own ? own with { ServiceTier = own.ServiceTier ?? usage.ServiceTier } : usage,
        };
    }

    /// <summary>A reader of an answer; null for an operation that is not charged by usage, and where the body cannot be read.</summary>
    public AnswerReader? Read(ApiOperation operation, HttpContentHeaders headers, out string? problem)
    {
        problem = null;
        if (operation.IsFree)
            return null;
        if (headers.ContentEncoding.Count > 0)
            problem = $"its Content-Encoding is {string.Join(", ", headers.ContentEncoding)}, and the client does not decompress it";
        else if (IsText(headers))
            return Create();
        return null;
    }

    private AnswerReader Create() => _format switch
    {
        HttpUsageFormat.OpenAI => new OpenAIAnswerReader(),
        HttpUsageFormat.Anthropic => new AnthropicAnswerReader(),
        _ => throw new InvalidOperationException($"Not a format: {_format}."),
    };

    private static string? ProblemOf(HttpContent? content, ReadOnlyMemory<byte>? body, RequestReader reader)
    {
        if (content?.Headers.ContentEncoding.Count > 0)
            return $"its Content-Encoding is {string.Join(", ", content.Headers.ContentEncoding)}";
        if (body is not { } bytes)
            return $"it is longer than {nameof(BudgetHandlerOptions.MaxRequestBodyBytes)}, or a stream of unknown length";
        return reader.TryRead(bytes.Span) ? null : reader.Problem;
    }

    // Only the bytes of a free call can have a price. Where none are expected of the response, one is held,
    // so that a budget which counts bytes must have something remaining.
    private static BudgetUsage UsageOfFree(BudgetUsage? expected, bool hasOwnUsage)
    {
        expected ??= new();
        var usage = hasOwnUsage ? expected : new() { RequestBytes = expected.RequestBytes, ResponseBytes = expected.ResponseBytes };
        return usage with { ResponseBytes = Math.Max(usage.ResponseBytes, 1) };
    }

    private static string? ModelOf(string? model) => model is { Length: > 0 and <= MaxModelLength } ? model : null;

    private static bool IsJson(HttpContentHeaders? headers) => headers?.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    private static bool IsText(HttpContentHeaders headers) =>
        headers.ContentType?.MediaType is not { } type || type.EndsWith("json", StringComparison.OrdinalIgnoreCase) || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase);
}
