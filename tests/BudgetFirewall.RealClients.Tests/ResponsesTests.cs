using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class ResponsesTests
{
    private const string Prompt = "What will the weather be?";

    [Fact]
    public async Task A_response_is_charged_by_the_usage_that_the_provider_tells()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_501, 707) { Cached = 1_025, Reasoning = 513 }));
        using var chat = Client(guarded, Tariff.Reasoner);
        var response = await chat.GetResponseAsync(Prompt);
        response.Text.Should().Be("Sunny.");
        guarded.Provider.Received.Should().ContainSingle().Which.Path.Should().Be("/v1/responses");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task A_streamed_response_is_charged_by_the_usage_at_its_end()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_501, 707) { Cached = 1_025, Reasoning = 513 }));
        using var chat = Client(guarded, Tariff.Reasoner);
        var text = "";
        await foreach (var update in chat.GetStreamingResponseAsync(Prompt))
            text += update.Text;
        text.Should().Be("It will be sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task Every_turn_of_a_response_that_calls_tools_is_charged_by_its_own_usage()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", new(311, 23)), Reply.Says("Rain in Oslo.", new(353, 41) { Cached = 256 }));
        using var chat = Client(guarded, Tariff.Chat).AsBuilder().UseFunctionInvocation().Build();
        var response = await chat.GetResponseAsync(Prompt, new() { Tools = [AIFunctionFactory.Create((string city) => $"Rain in {city}.", "forecast")] });
        response.Text.Should().Be("Rain in Oslo.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    private static IChatClient Client(GuardedProvider guarded, string model) => guarded.Guard(guarded.OpenAI().GetResponsesClient().AsIChatClient(model));
}
