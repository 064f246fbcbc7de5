using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace BudgetFirewall.Tool;

/// <summary>Calls of the HTTP service, and what its refusals mean.</summary>
internal sealed class ServiceClient : IDisposable
{
    // A replay of a million entries takes minutes.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(30);

    private readonly HttpClient _client;
    private readonly string? _partition;

    public ServiceClient(Uri address, string? key, string? partition)
    {
        _partition = partition;
        // A redirect would carry the key to another host.
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            Timeout = LongestAnswer,
        };
        if (key is not null)
            _client.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>An id as a part of a path.</summary>
    /// <exception cref="ToolException">The id cannot be written in a path.</exception>
    public static string Part(string id) => id is "." or ".."
        ? throw new ToolException(ExitCode.NotSupported, $"The id '{id}' cannot be named over HTTP.")
        : Uri.EscapeDataString(id);

    /// <summary>Asks for something, which changes nothing and may be asked again.</summary>
    public Task<string> AskAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, ExitCode.NotReachable, cancellationToken);

    /// <inheritdoc cref="AskAsync(HttpMethod, string, string?, CancellationToken)"/>
    public async Task<T> AskAsync<T>(HttpMethod method, string path, JsonObject? body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Read(await AskAsync(method, path, body?.ToJsonString(), cancellationToken), type);

    /// <summary>Changes something: without an answer nobody knows whether it is changed.</summary>
    public Task<string> ChangeAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken) => SendAsync(method, path, body, ExitCode.Unconfirmed, cancellationToken);

    /// <exception cref="ToolException">The answer is not what this version understands.</exception>
    public static T Read<T>(string text, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new ToolException(ExitCode.NotSupported, $"The answer is not that of a service of this version. {e.Message}");
        }
    }

    /// <summary>Sends a request. Where it was sent and no answer comes, that means <paramref name="withoutAnswer"/>.</summary>
    /// <returns>The body of the answer.</returns>
    /// <exception cref="ToolException">The service refuses, or does not answer.</exception>
    private async Task<string> SendAsync(HttpMethod method, string path, string? body, ExitCode withoutAnswer, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, WithPartition(path));
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? text : throw Refusal(response.StatusCode, text);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw new ToolException(ExitCode.NotReachable, $"{_client.BaseAddress} does not answer: {e.Message}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ToolException(withoutAnswer, $"{_client.BaseAddress} has not answered{(withoutAnswer == ExitCode.Unconfirmed ? ", and may have done it" : "")}: {e.Message}");
        }
    }

    private string WithPartition(string path) =>
        _partition is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}partition={Uri.EscapeDataString(_partition)}";

    private ToolException Refusal(HttpStatusCode status, string body)
    {
        var (type, message) = Explained(body);
        var code = (int)status switch
        {
            _ when type == "urn:budgetfirewall:charge-unconfirmed" => ExitCode.Unconfirmed,
            400 or 413 or 415 => ExitCode.BadInput,
            401 or 403 => ExitCode.NotAllowed,
            404 when type is null => ExitCode.BadInput,
            402 or 404 or 409 or 429 => ExitCode.No,
            405 or 501 => ExitCode.NotSupported,
            >= 500 => ExitCode.NotReachable,
            _ => ExitCode.BadInput,
        };
        message ??= (int)status switch
        {
            401 => "The service does not know the key: give it by --key or BUDGETFIREWALL_KEY.",
            403 => "The key does not have the right to do this.",
            404 => $"There is no budget service at {_client.BaseAddress}.",
            _ => $"{_client.BaseAddress} answered {(int)status}.",
        };
        return new(code, message) { IsNotFound = status == HttpStatusCode.NotFound && type is not null };
    }

    /// <summary>The type and the sentences of problem details; nothing where it is none.</summary>
    private static (string? Type, string? Message) Explained(string body)
    {
        try
        {
            if (JsonNode.Parse(body) is not JsonObject problem || (string?)problem["type"] is not { } type || !type.StartsWith("urn:budgetfirewall:", StringComparison.Ordinal))
                return default;
            return (type, (string?)problem["detail"] ?? (string?)problem["title"]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }
}
