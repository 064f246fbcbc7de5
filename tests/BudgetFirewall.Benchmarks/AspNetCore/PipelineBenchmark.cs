using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Benchmarks.AspNetCore;

/// <summary>What a protection adds to a request inside the pipeline, without a server: the time that is its own.</summary>
[InProcess]
[MemoryDiagnoser]
public class PipelineBenchmark
{
    private ServiceProvider _services = null!;
    private RequestDelegate _pipeline = null!;
    private Endpoint _endpoint = null!;

    [Params(Protection.Nothing, Protection.RateLimiter, Protection.OneRateLimit, Protection.ThreeBudgetsAndRateLimit)]
    public Protection Protection { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var services = new ServiceCollection();
        ProtectedEndpoint.AddServices(services, Protection);
        _services = services.BuildServiceProvider();
        var app = new ApplicationBuilder(_services);
        ProtectedEndpoint.Use(app, Protection);
        app.Run(context => context.GetEndpoint()!.RequestDelegate!(context));
        _pipeline = app.Build();
        _endpoint = ProtectedEndpoint.Endpoint(Protection);
    }

    [GlobalCleanup]
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Benchmark]
    public Task Request()
    {
        var context = new DefaultHttpContext { RequestServices = _services, User = ProtectedEndpoint.Alice };
        context.SetEndpoint(_endpoint);
        return _pipeline(context);
    }
}
