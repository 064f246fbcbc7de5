using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Aot;

/// <summary>Calls through a guarded HttpClient and a guarded chat client.</summary>
internal static class CallChecks
{
    public static async Task RunAsync(List<string> failures)
    {
        var services = new ServiceCollection();
        services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("provider"), Limit = 1m });
            options.Pricing.Providers["quotes"] = 0.25m;
            options.Pricing.Models["echo-1"] = ModelPrice.PerMillion(input: 1_000m, output: 4_000m);
        });
        services.AddHttpClient("quotes").AddBudgetFirewall(options => options.OnDenied = DeniedResponse.Create).ConfigurePrimaryHttpMessageHandler(() => new Exchange());
        await using var provider = services.BuildServiceProvider();

        await CallAsync(provider, failures);
        await ChatAsync(provider, failures);
    }

    private static async Task CallAsync(ServiceProvider provider, List<string> failures)
    {
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("quotes");
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await client.GetAsync(new Uri("http://quotes.example/"));
            statuses.Add((int)response.StatusCode);
        }

        Expect.Equal("200 200 200 200 402", string.Join(' ', statuses), "The answers of a guarded HttpClient", failures);
        Expect.Equal(1m, await SpentAsync(provider, "quotes"), "What a guarded HttpClient has spent", failures);
    }

    private static async Task ChatAsync(ServiceProvider provider, List<string> failures)
    {
        using var client = new Echo().WithBudget(provider, options => options.DefaultMaxOutputTokens = 100);
        await foreach (var update in client.GetStreamingResponseAsync("Say something"))
            Expect.Equal(true, update.Contents.Count > 0, "An update with contents", failures);

        Expect.Equal(0.03m, await SpentAsync(provider, "echo"), "What a guarded chat client has spent", failures);
    }

    private static async Task<decimal> SpentAsync(ServiceProvider provider, string name) =>
        (await provider.GetRequiredService<IBudgetFirewall>().GetStatusAsync(BudgetScope.Provider(name))).Budgets[0].Spent;

    private sealed class Exchange : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("12.5") });
    }

    private sealed class Echo : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new(ChatRole.Assistant, "Something.");
            yield return new(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 })]);
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("echo", defaultModelId: "echo-1") : null;

        public void Dispose()
        {
        }
    }
}
