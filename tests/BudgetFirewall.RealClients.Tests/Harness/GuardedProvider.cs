using System.ClientModel;
using Anthropic;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>A provider, and a firewall that knows its prices, with a budget for everybody and one for each user.</summary>
internal sealed class GuardedProvider : IAsyncDisposable
{
    private readonly List<SettledCall> _settled = [];
    private readonly List<IAsyncDisposable> _owned = [];

    private GuardedProvider(ModelProvider provider, IBudgetFirewall firewall)
    {
        Provider = provider;
        Firewall = firewall;
    }

    public ModelProvider Provider { get; }

    public IBudgetFirewall Firewall { get; }

    /// <summary>The guarded calls that have ended.</summary>
    public IReadOnlyList<SettledCall> Settled
    {
        get
        {
            lock (_settled)
                return [.. _settled];
        }
    }

    public static async Task<GuardedProvider> StartAsync(decimal limit = 1_000m, decimal userLimit = 100m)
    {
        var firewall = new BudgetFirewallBuilder().Configure(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = limit });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = userLimit });
            Tariff.Price(options.Pricing);
            options.Pricing.Providers["forecasts"] = 0.002m;
        }).Build();
        return new(await ModelProvider.StartAsync(), firewall);
    }

    /// <summary>A client of the OpenAI SDK.</summary>
    public OpenAIClient OpenAI(Action<OpenAIClientOptions>? configure = null)
    {
        var options = new OpenAIClientOptions { Endpoint = new(Provider.Address, "v1") };
        configure?.Invoke(options);
        return new(new ApiKeyCredential("secret"), options);
    }

    /// <summary>A client of the Anthropic SDK.</summary>
    public AnthropicClient Anthropic(HttpClient? http = null) => http is null
        ? new() { ApiKey = "secret", BaseUrl = Provider.Address.ToString().TrimEnd('/') }
        : new() { ApiKey = "secret", BaseUrl = Provider.Address.ToString().TrimEnd('/'), HttpClient = http };

    /// <summary>A guarded client of chat completions.</summary>
    public IChatClient Chat(string model = Tariff.Chat, Action<BudgetChatOptions>? configure = null, Action<OpenAIClientOptions>? client = null) =>
        Guard(OpenAI(client).GetChatClient(model).AsIChatClient(), configure);

    /// <summary>Guards a client.</summary>
    public IChatClient Guard(IChatClient client, Action<BudgetChatOptions>? configure = null) => client.WithBudget(Firewall, options =>
    {
        options.DefaultMaxOutputTokens = 1_000;
        options.Calls.OnSettled = Settle;
        configure?.Invoke(options);
    });

    /// <summary>An HttpClient whose calls are guarded, as an application makes one.</summary>
    public HttpClient Http(Action<BudgetHandlerOptions> configure, Action<IHttpClientBuilder>? around = null, Action<IHttpClientBuilder>? within = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(Firewall);
        var client = services.AddHttpClient("openai");
        around?.Invoke(client);
        client.AddBudgetFirewall(options =>
        {
            options.Calls.OnSettled = Settle;
            configure(options);
        });
        within?.Invoke(client);
        var container = services.BuildServiceProvider();
        _owned.Add(container);
        return container.GetRequiredService<IHttpClientFactory>().CreateClient("openai");
    }

    public void Settle(SettledCall call)
    {
        lock (_settled)
            _settled.Add(call);
    }

    public async Task<(decimal Spent, decimal Held)> BudgetAsync(BudgetScope scope)
    {
        var state = (await Firewall.GetStatusAsync(scope)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    /// <summary>All that was billed is charged, to the nano, and nothing else; nothing is held.</summary>
    public Task ChargedWhatWasBilledAsync(int requests) => ChargedAsync(Provider.Billed, requests);

    /// <summary>An amount is charged, to the nano; nothing is held.</summary>
    public async Task ChargedAsync(decimal amount, int requests)
    {
        Provider.Received.Count.Should().Be(requests);
        (await BudgetAsync(BudgetScope.Global)).Should().Be((amount, 0m));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await Firewall.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
