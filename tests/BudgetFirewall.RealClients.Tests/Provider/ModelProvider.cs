using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>
/// A provider of models: a real server on this machine that speaks the APIs of OpenAI (chat completions, responses, embeddings) and of Anthropic (messages), as JSON and as events.
/// It keeps what it received and what it has billed for it.
/// </summary>
internal sealed class ModelProvider : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<ReceivedRequest> _received = new();
    private readonly ConcurrentQueue<(ReceivedRequest Request, decimal Amount)> _bills = new();

    private ModelProvider(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    /// <summary>The requests in the order in which they came.</summary>
    public IReadOnlyCollection<ReceivedRequest> Received => _received;

    /// <summary>The amount billed for each answered request.</summary>
    public IReadOnlyCollection<(ReceivedRequest Request, decimal Amount)> Bills => _bills;

    public decimal Billed => _bills.Sum(bill => bill.Amount);

    /// <summary>Decides what is done with a request. Called from any thread.</summary>
    public Func<ReceivedRequest, Reply> Answer { get; set; } = _ => throw new InvalidOperationException("The provider was not reported what to answer.");

    /// <summary>Lets a stream be reset that has been sent by half: sooner, the reset could overtake what was sent.</summary>
    public SemaphoreSlim HasSeenHalf { get; } = new(0);

    /// <summary>Answers the requests one after the other.</summary>
    public void Answers(params Reply[] replies)
    {
        var left = new ConcurrentQueue<Reply>(replies);
        Answer = _ => left.TryDequeue(out var reply) ? reply : throw new InvalidOperationException("There are more requests than replies.");
    }

    public static async Task<ModelProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var provider = new ModelProvider(application);
        application.Run(provider.HandleAsync);
        await application.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new ReceivedRequest(context.Request.Path, await reader.ReadToEndAsync(context.RequestAborted));
        _received.Enqueue(request);
        var reply = Answer(request);
        // Before the answer leaves, so that it is in the books when the client goes on.
        if (reply.Fault is Fault.None or Fault.Unreadable)
            _bills.Enqueue((request, Tariff.Bill(request.Model, reply.ReportedUsage)));
        switch (reply.Fault)
        {
            case Fault.None:
                await SendAsync(context, request, reply, isWhole: true);
                break;
            case Fault.TooManyRequests:
                context.Response.Headers.RetryAfter = "0";
                await SendErrorAsync(context, StatusCodes.Status429TooManyRequests);
                break;
            case Fault.ServerError:
                await SendErrorAsync(context, StatusCodes.Status500InternalServerError);
                break;
            case Fault.Reset:
                context.Abort();
                break;
            case Fault.ResetHalfway:
                await SendAsync(context, request, reply, isWhole: false);
                context.Abort();
                break;
            case Fault.Silence:
                await WaitUntilGoneAsync(context);
                break;
            case Fault.Unreadable:
                await SendBodyAsync(context, "application/json", "{\"id\":\"x\",\"choices\":[{\"mess", isWhole: true);
                break;
            default:
                throw new InvalidOperationException($"There is no fault {reply.Fault}.");
        }
    }

    private Task SendAsync(HttpContext context, ReceivedRequest request, Reply reply, bool isWhole) => (request.Path, request.IsStreamed) switch
    {
        ("/v1/chat/completions", false) => SendBodyAsync(context, "application/json", OpenAIChat.Json(request, reply), isWhole),
        ("/v1/chat/completions", true) => SendEventsAsync(context, OpenAIChat.Events(request, reply), isWhole),
        ("/v1/responses", false) => SendBodyAsync(context, "application/json", OpenAIResponses.Json(request, reply), isWhole),
        ("/v1/responses", true) => SendEventsAsync(context, OpenAIResponses.Events(request, reply), isWhole),
        ("/v1/embeddings", _) => SendBodyAsync(context, "application/json", OpenAIEmbeddings.Json(request, reply), isWhole),
        ("/v1/messages", false) => SendBodyAsync(context, "application/json", AnthropicMessages.Json(request, reply), isWhole),
        ("/v1/messages", true) => SendEventsAsync(context, AnthropicMessages.Events(request, reply), isWhole),
        _ => SendErrorAsync(context, StatusCodes.Status404NotFound),
    };

    private static async Task SendBodyAsync(HttpContext context, string type, string body, bool isWhole)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.WriteAsync(isWhole ? body : body[..(body.Length / 2)]);
        await context.Response.Body.FlushAsync();
    }

    // Each event by itself, as a model speaks.
    private async Task SendEventsAsync(HttpContext context, IReadOnlyList<string> events, bool isWhole)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var text in events.Take(isWhole ? events.Count : events.Count / 2))
        {
            await context.Response.WriteAsync(text);
            await context.Response.Body.FlushAsync();
        }
        if (!isWhole)
            await HasSeenHalf.WaitAsync(context.RequestAborted);
    }

    private static async Task SendErrorAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        await SendBodyAsync(context, "application/json", """{"type":"error","error":{"type":"api_error","message":"no","code":"no","param":null}}""", isWhole: true);
    }

    private static async Task WaitUntilGoneAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
