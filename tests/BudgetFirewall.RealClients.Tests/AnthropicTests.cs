using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class AnthropicTests
{
    private const string Prompt = "What will the weather be?";

    [Fact]
    public async Task A_message_is_charged_by_the_usage_that_the_provider_tells()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = Client(guarded);
        var response = await chat.GetResponseAsync(Prompt);
        response.Text.Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task Tokens_read_from_the_cache_and_written_to_it_for_five_minutes_are_charged_at_their_own_prices()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(5_003, 333) { Cached = 3_001, CacheWrite = 1_999 }));
        using var chat = Client(guarded);
        await chat.GetResponseAsync(Prompt);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task A_streamed_message_is_charged_by_the_usage_at_its_beginning_and_its_end_once()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(5_003, 333) { Cached = 3_001, CacheWrite = 1_999 }));
        using var chat = Client(guarded);
        var text = "";
        await foreach (var update in chat.GetStreamingResponseAsync(Prompt))
            text += update.Text;
        text.Should().Be("It will be sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_turn_of_a_model_that_calls_tools_is_charged_by_its_own_usage(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", new(311, 23)), Reply.Says("Rain in Oslo.", new(353, 41) { Cached = 256 }));
        using var chat = Client(guarded).AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string city) => $"Rain in {city}.", "forecast")] };
        var response = isStreamed
            ? await chat.GetStreamingResponseAsync(Prompt, options).ToChatResponseAsync()
            : await chat.GetResponseAsync(Prompt, options);
        response.Text.Should().Be("Rain in Oslo.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Reset)]
    public async Task A_call_that_the_client_repeats_after_a_fault_is_charged_once(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = Client(guarded);
        await chat.GetResponseAsync(Prompt);
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    // The client repeats what was reset before it has seen the headers of the answer, and nothing later. The network says which of the two comes first.
    [Fact]
    public async Task A_call_that_is_reset_halfway_is_charged_once_whether_or_not_the_client_repeats_it()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(Fault.ResetHalfway), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = Client(guarded);
        if (await Record.ExceptionAsync(() => chat.GetResponseAsync(Prompt)) is null)
            await guarded.ChargedWhatWasBilledAsync(requests: 2);
        else
            await guarded.ChargedAsync(Tariff.Bill(Tariff.Claude, new(Estimates.OfMessage(Prompt), 0)), requests: 1);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests, false)]
    [InlineData(Fault.ServerError, false)]
    [InlineData(Fault.Reset, true)]
    [InlineData(Fault.Silence, true)]
    public async Task A_call_that_fails_at_every_attempt_is_charged_by_the_estimate_of_its_prompt_where_it_may_have_been_made(Fault fault, bool isPaidFor)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => Reply.Fails(fault);
        var client = guarded.Anthropic().WithOptions(options => options with { MaxRetries = 1, Timeout = TimeSpan.FromSeconds(fault == Fault.Silence ? 3 : 60) });
        using var chat = guarded.Guard(client.AsIChatClient(Tariff.Claude));
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowAsync<Exception>();
        await guarded.ChargedAsync(isPaidFor ? Tariff.Bill(Tariff.Claude, new(Estimates.OfMessage(Prompt), 0)) : 0, requests: 2);
    }

    private static IChatClient Client(GuardedProvider guarded) => guarded.Guard(guarded.Anthropic().AsIChatClient(Tariff.Claude));
}
