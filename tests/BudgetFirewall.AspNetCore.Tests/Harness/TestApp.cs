using System.Net;
using BudgetFirewall.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>An application on a Kestrel of its own, at a free port of 127.0.0.1.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApp(WebApplication app)
    {
        _app = app;
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public IBudgetFirewall Firewall => _app.Services.GetRequiredService<IBudgetFirewall>();

    public LogRecorder Log => _app.Services.GetRequiredService<LogRecorder>();

    public static async Task<TestApp> StartAsync(
        Action<BudgetFirewallOptions> configure, Action<WebApplication> map, Action<WebApplicationBuilder>? build = null, IBudgetStore? store = null, Action<BudgetFirewallServiceBuilder>? use = null, string environment = "Production")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var log = new LogRecorder();
        builder.Services.AddSingleton(log);
        builder.Logging.AddProvider(log);
        var firewall = builder.Services.AddBudgetFirewall(configure);
        if (store is not null)
            firewall.UseStore(_ => store);
        use?.Invoke(firewall);
        build?.Invoke(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>What a scope's only budget stands at.</summary>
    public async Task<BudgetState> StateAsync(BudgetScope scope) =>
        (await Firewall.GetStatusAsync(scope)).Budgets.Should().ContainSingle().Which;

    /// <summary>Waits until nothing is held any more, and says what is spent then.</summary>
    public async Task<decimal> SpentOnceSettledAsync(BudgetScope scope)
    {
        await Eventually.HoldsAsync(async () => (await StateAsync(scope)).Held == 0);
        return (await StateAsync(scope)).Spent;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
