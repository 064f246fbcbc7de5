using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.Connectors.OpenAI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class SemanticKernelTests
{
    private const string Prompt = "What will the weather be in Oslo?";

    [Fact]
    public async Task A_completion_over_a_guarded_HttpClient_is_charged_by_the_usage_in_its_body()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567) { Cached = 1_025 }));
        var answer = await OverHttp(guarded).InvokePromptAsync<string>(Prompt);
        answer.Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task Every_turn_of_a_kernel_that_calls_functions_over_a_guarded_HttpClient_is_charged_by_its_own_body()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("weather-forecast", """{"city":"Oslo"}""", new(311, 23)), Reply.Says("Rain in Oslo.", new(353, 41) { Cached = 256 }));
        var answer = await OverHttp(guarded).InvokePromptAsync<string>(Prompt, new(new OpenAIPromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() }));
        answer.Should().Be("Rain in Oslo.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_completion_over_a_guarded_chat_client_is_charged_by_the_usage_that_the_provider_tells()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567) { Cached = 1_025 }));
        (await OverChatClient(guarded).InvokePromptAsync<string>(Prompt)).Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task Every_turn_of_a_kernel_that_calls_functions_over_a_guarded_chat_client_is_charged()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("weather_forecast", """{"city":"Oslo"}""", new(311, 23)), Reply.Says("Rain in Oslo.", new(353, 41) { Cached = 256 }));
        var answer = await OverChatClient(guarded).InvokePromptAsync<string>(Prompt, new(new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() }));
        answer.Should().Be("Rain in Oslo.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_stream_over_a_guarded_chat_client_is_charged_by_the_usage_at_its_end()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_234, 567) { Cached = 1_025 }));
        var text = "";
        await foreach (var part in OverChatClient(guarded).InvokePromptStreamingAsync<string>(Prompt))
            text += part;
        text.Should().Be("It will be sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    private static Kernel OverHttp(GuardedProvider guarded)
    {
        var builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion(Tariff.Chat, new Uri(guarded.Provider.Address, "v1"), "secret", httpClient: guarded.Http(OpenAIHttp.Configure));
        return WithFunction(builder.Build());
    }

    private static Kernel OverChatClient(GuardedProvider guarded)
    {
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton(guarded.Chat().AsBuilder().UseKernelFunctionInvocation().Build());
        return WithFunction(builder.Build());
    }

    private static Kernel WithFunction(Kernel kernel)
    {
        kernel.Plugins.AddFromFunctions("weather", [KernelFunctionFactory.CreateFromMethod((string city) => $"Rain in {city}.", "forecast", "The weather to come.")]);
        return kernel;
    }
}
