using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Http.Tests;

/// <summary>A provider: a real server on this machine that counts what arrives and misbehaves as it is told.</summary>
internal sealed class PaidServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<string> _arrived = new();

    private PaidServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    public int Arrived => _arrived.Count;

    /// <summary>Lets a response go on that waits between two of its parts.</summary>
    public SemaphoreSlim Go { get; } = new(0);

    /// <summary>Released whenever a request has arrived.</summary>
    public SemaphoreSlim HasArrived { get; } = new(0);

    /// <summary>What the last request sent.</summary>
    public (long? ContentLength, string? ContentType, long Bytes) LastRequest { get; private set; }

    public static async Task<PaidServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var server = new PaidServer(application);
        application.Use(server.CountAsync);
        application.UseWebSockets();
        server.Map(application);
        await application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Go.Release(1_000);
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private Task CountAsync(HttpContext context, RequestDelegate next)
    {
        _arrived.Enqueue(context.Request.Path);
        HasArrived.Release();
        return next(context);
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/quote", () => "1234567890");
        routes.MapMethods("/head", ["HEAD"], (HttpContext context) => { context.Response.ContentLength = 500; });
        routes.MapGet("/empty", () => Results.NoContent());
        routes.MapGet("/status/{code:int}", (int code) => Results.Text("no", statusCode: code));
        routes.MapGet("/tokens", () => Results.Text("""{"text":"hello","input":1200,"output":300}""", "application/json"));
        routes.MapGet("/bytes/{count:int}", (int count) => Results.Bytes(new byte[count]));
        routes.MapPost("/take", TakeAsync);
        routes.MapGet("/never", (HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        routes.MapGet("/reset", (HttpContext context) => context.Abort());
        routes.MapGet("/breaks", BreakAsync);
        routes.MapGet("/parts", PartsAsync);
        routes.MapPost("/chat/completions", StreamAsync);
        routes.MapGet("/echo", EchoAsync);
        routes.MapGet("/flaky/{failures:int}", (int failures) => Arrived <= failures ? Results.StatusCode(503) : Results.Text("at last"));
    }

    private async Task TakeAsync(HttpContext context)
    {
        var bytes = 0L;
        var buffer = new byte[4096];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;)
            bytes += read;
        LastRequest = (context.Request.ContentLength, context.Request.ContentType, bytes);
        await context.Response.WriteAsync(bytes.ToString(CultureInfo.InvariantCulture));
    }

    // Says that 100,000 bytes come, sends 1,000 and resets the connection when it may.
    private async Task BreakAsync(HttpContext context)
    {
        context.Response.ContentLength = 100_000;
        await context.Response.Body.WriteAsync(new byte[1_000]);
        await context.Response.Body.FlushAsync();
        await Go.WaitAsync();
        context.Abort();
    }

    // Two parts of 1,000 bytes; the second when it may.
    private async Task PartsAsync(HttpContext context)
    {
        for (var part = 0; part < 2; part++)
        {
            await context.Response.Body.WriteAsync(new byte[1_000]);
            await context.Response.Body.FlushAsync();
            if (part == 0)
                await Go.WaitAsync(context.RequestAborted);
        }
    }

    // A stream of events, compressed, whose connection stays open after the last one.
    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = GuardedModel.Stream;
        context.Response.Headers.ContentEncoding = "gzip";
        await using var compressed = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await compressed.WriteAsync(Encoding.UTF8.GetBytes(Bodies.ChatStream));
        await compressed.FlushAsync();
        await context.Response.Body.FlushAsync();
        await Go.WaitAsync(context.RequestAborted);
    }

    // Sends one message back and closes when the client does.
    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        await socket.ReceiveAsync(buffer, context.RequestAborted);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
