using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests;

/// <summary>A server, a firewall with a budget for its calls, and a client that is guarded by it, wired as an application does.</summary>
internal sealed class GuardedApi : IAsyncDisposable
{
    public const string Name = "quotes";

    private readonly ServiceProvider _services;

    private GuardedApi(PaidServer server, ServiceProvider services)
    {
        Server = server;
        _services = services;
        Client = services.GetRequiredService<IHttpClientFactory>().CreateClient(Name);
    }

    public PaidServer Server { get; }

    public HttpClient Client { get; }

    public IBudgetFirewall Firewall => _services.GetRequiredService<IBudgetFirewall>();

    /// <summary>How every call that was granted has ended.</summary>
    public List<SettledCall> Settled { get; } = [];

    /// <summary>A call costs 1, and nothing by its bytes unless a price is given; the budget is 400 a day.</summary>
    public static async Task<GuardedApi> StartAsync(
        Action<BudgetHandlerOptions>? configure = null, Action<BudgetFirewallOptions>? firewall = null, Action<IHttpClientBuilder>? around = null, Action<IHttpClientBuilder>? within = null,
        TimeProvider? clock = null)
    {
        var server = await PaidServer.StartAsync();
        List<SettledCall>? settled = null;
        var services = new ServiceCollection();
        if (clock is not null)
            services.AddSingleton(clock);
        services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Provider(Name), Limit = 400m });
            options.Pricing.Providers[Name] = 1m;
            firewall?.Invoke(options);
        });
        var client = services.AddHttpClient(Name, client => client.BaseAddress = server.Address);
        around?.Invoke(client);
        client.AddBudgetFirewall(options =>
        {
            options.Calls.OnSettled = call => settled!.Add(call);
            configure?.Invoke(options);
        });
        within?.Invoke(client);
        var api = new GuardedApi(server, services.BuildServiceProvider());
        settled = api.Settled;
        return api;
    }

    public async Task<(decimal Spent, decimal Held)> BudgetAsync(BudgetScope? scope = null)
    {
        var state = (await Firewall.GetStatusAsync(scope ?? BudgetScope.Provider(Name))).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _services.DisposeAsync();
        await Server.DisposeAsync();
    }
}
