using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace BudgetFirewall.Http.Tests;

/// <summary>A guarded client of a model's API that answers as it is told. The model <c>m</c> has a price for each part of a usage.</summary>
internal sealed class GuardedModel : IAsyncDisposable
{
    public const string Stream = "text/event-stream";
    public const string Json = "application/json";

    /// <summary>100 tokens at most are answered.</summary>
    public const string Chat = """{"model":"m","max_completion_tokens":100,"messages":[{"role":"user","content":"hello"}]}""";

    /// <summary>The tokens that are expected of <see cref="Chat"/>'s prompt: 64 bytes of names and texts and one number.</summary>
    public const int ExpectedInput = 20;

    private readonly FakeApi _api = new();

    public GuardedModel(Action<BudgetHandlerOptions> configure, Func<HttpMessageHandler, HttpMessageHandler>? around = null, Action<BudgetFirewallOptions>? configureFirewall = null)
    {
        Firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000_000_000m });
                options.Pricing.Models["m"] = Price;
                // What names no model is about how it is read, not about its price.
                options.Pricing.UnknownProviders = UnknownProviderPolicy.Free;
                configureFirewall?.Invoke(options);
            })
            .Build();
        var options = new BudgetHandlerOptions { Calls = { OnSettled = Settled.Add, LoggerFactory = Log } };
        configure(options);
        HttpMessageHandler handler = new BudgetHandler(Firewall, options) { InnerHandler = _api };
        Client = new(around?.Invoke(handler) ?? handler) { BaseAddress = new("https://api.example/v1/") };
    }

    /// <summary>Per million tokens, so that every part shows in the sum.</summary>
    public static ModelPrice Price { get; } = ModelPrice.PerMillion(input: 1_000_000m, output: 10_000_000m, cachedInput: 100_000m, reasoning: 20_000_000m) with
    {
        CacheWrite = 1.25m,
        CacheWriteOneHour = 2m,
        ServiceTiers = new Dictionary<string, ModelPriceTier>
        {
            ["flex"] = ModelPriceTier.PerMillion(input: 500_000m, output: 5_000_000m),
            ["priority"] = ModelPriceTier.PerMillion(input: 2_000_000m, output: 20_000_000m),
        },
    };

    public IBudgetFirewall Firewall { get; }

    public HttpClient Client { get; }

    public List<SettledCall> Settled { get; } = [];

    public LogEntries Log { get; } = new();

    /// <summary>What the provider was sent, call by call.</summary>
    public List<byte[]> Sent => _api.Sent;

    public void Answer(string contentType, string body, string? encoding = null) => Answer(contentType, [Encoding.UTF8.GetBytes(body)], encoding);

    /// <summary>Answers in pieces, each of which is one read of the client's.</summary>
    public void Answer(string contentType, IReadOnlyList<byte[]> pieces, string? encoding = null, Exception? end = null) => _api.Answer = () =>
    {
        var content = new StreamContent(new PiecedStream(pieces, end)) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    };

    public async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, Json) };
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Posts, reads the whole answer and says how the call was settled.</summary>
    public async Task<SettledCall> CallAsync(string path, string body)
    {
        using var response = await PostAsync(path, body);
        await response.Content.ReadAsByteArrayAsync();
        return Settled[^1];
    }

    public async Task<(decimal Spent, decimal Held)> BudgetAsync()
    {
        var state = (await Firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Firewall.DisposeAsync();
    }

    private sealed class FakeApi : HttpMessageHandler
    {
        public List<byte[]> Sent { get; } = [];

        public Func<HttpResponseMessage> Answer { get; set; } = () => throw new InvalidOperationException("No answer was given.");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var sent = new MemoryStream();
            await (request.Content?.CopyToAsync(sent, cancellationToken) ?? Task.CompletedTask);
            Sent.Add(sent.ToArray());
            var response = Answer();
            response.RequestMessage = request;
            return response;
        }
    }
}
