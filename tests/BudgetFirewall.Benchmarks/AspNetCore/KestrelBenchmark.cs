using System.Diagnostics.CodeAnalysis;
using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace BudgetFirewall.Benchmarks.AspNetCore;

/// <summary>What a protection adds to a whole request over a socket of this machine: what a client sees.</summary>
[InProcess]
[SuppressMessage("Design", "CA1001", Justification = "The clean-up disposes what it owns; benchmarks are made by inheritance.")]
public class KestrelBenchmark
{
    private const int AtOnce = 16;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    [Params(Protection.Nothing, Protection.RateLimiter, Protection.OneRateLimit, Protection.ThreeBudgetsAndRateLimit)]
    public Protection Protection { get; set; }

    [GlobalSetup]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        ProtectedEndpoint.AddServices(builder.Services, Protection);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.User = ProtectedEndpoint.Alice;
            return next(context);
        });
        ProtectedEndpoint.Use(_app, Protection);
        _app.MapGet("/", () => "done").WithMetadata(ProtectedEndpoint.Metadata(Protection));
        await _app.StartAsync();
        _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { BaseAddress = new(_app.Urls.Single()) };
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Benchmark(OperationsPerInvoke = AtOnce)]
    public Task Requests() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => GetAsync()));

    private async Task GetAsync() => (await _client.GetAsync("/")).EnsureSuccessStatusCode().Dispose();
}
