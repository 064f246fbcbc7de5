using Microsoft.Extensions.AI;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>
/// A scripted model behind a budget of 100 a day. An input token costs 0.001, a cached one a tenth of that, one written to the cache twice as much,
/// an audio token 0.003 and an image token 0.004; an output token 0.01, a reasoning token 0.02, an audio token 0.03 and an image token 0.04.
/// </summary>
internal sealed class GuardedChat : IAsyncDisposable
{
    public const string Model = "scripted-1";

    /// <summary>The prompt that the tests send: "Hello there", 11 bytes, is 4 tokens and 4 for the message.</summary>
    public const string Prompt = "Hello there";
    public const long PromptTokens = 8;
    public const decimal InputPrice = 0.001m;
    public const decimal OutputPrice = 0.01m;

    public GuardedChat(Action<BudgetChatOptions>? configure = null, Action<BudgetFirewallOptions>? firewall = null, ManualClock? clock = null, TimeProvider? guardClock = null)
    {
        Clock = clock ?? new();
        Firewall = new BudgetFirewallBuilder()
            .Configure(options => Configure(options, firewall))
            .UseTimeProvider(Clock)
            .UseStore(context => Store = new(context.TimeProvider))
            .Build();
        Client = Provider.WithBudget(Firewall, options =>
        {
            options.Calls.TimeProvider = guardClock ?? Clock;
            options.Calls.OnSettled = Settled.Add;
            configure?.Invoke(options);
        });
    }

    public ManualClock Clock { get; }

    public StumblingStore Store { get; private set; } = null!;

    public ScriptedChatClient Provider { get; } = new();

    public IBudgetFirewall Firewall { get; }

    public IChatClient Client { get; }

    public List<SettledCall> Settled { get; } = [];

    public SettledCall TheSettled => Settled.Should().ContainSingle().Which;

    public async Task<(decimal Spent, decimal Held)> BudgetAsync(BudgetScope? scope = null)
    {
        var state = (await Firewall.GetStatusAsync(scope ?? BudgetScope.Provider("scripted"))).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    /// <summary>Reads a stream to its end.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellationToken = default)
    {
        var text = "";
        await foreach (var update in Client.GetStreamingResponseAsync(Prompt, cancellationToken: cancellationToken))
            text += update.Text;
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Firewall.DisposeAsync();
    }

    private static void Configure(BudgetFirewallOptions options, Action<BudgetFirewallOptions>? more)
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Provider("scripted"), Limit = 100m });
        options.Pricing.Models[Model] = new ModelPrice
        {
            Input = InputPrice, CachedInput = 0.0001m, CacheWrite = 0.002m, AudioInput = 0.003m, ImageInput = 0.004m,
            Output = OutputPrice, Reasoning = 0.02m, AudioOutput = 0.03m, ImageOutput = 0.04m,
        };
        more?.Invoke(options);
    }
}
