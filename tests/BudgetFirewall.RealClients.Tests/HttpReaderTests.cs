using System.ClientModel;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using OpenAI.Chat;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>The ready-made readers under the SDKs: one line in the options of the handler, and everything else is read from the bodies.</summary>
public sealed class HttpReaderTests
{
    private const string Prompt = "What will the weather be?";

    [Fact]
    public async Task A_completion_is_charged_by_its_body()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567) { Cached = 1_025, Reasoning = 301 }));
        ChatCompletion completion = await Chat(guarded, Tariff.Reasoner).CompleteChatAsync(Prompt);
        completion.Content[0].Text.Should().Be("Sunny.");
        await AssertUsageAsync(guarded);
    }

    [Fact]
    public async Task A_streamed_completion_is_charged_by_its_last_chunk_though_the_client_reads_no_further_than_done()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_234, 567) { Cached = 1_025 }));
        (await ReadAsync(Chat(guarded, Tariff.Chat).CompleteChatStreamingAsync(Prompt))).Should().Be("It will be sunny.");
        await AssertUsageAsync(guarded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_completion_is_charged_at_the_tier_that_the_answer_tells(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_234, 567) { Cached = 1_025, Tier = Tariff.Flex }));
        if (isStreamed)
            await ReadAsync(Chat(guarded, Tariff.Chat).CompleteChatStreamingAsync(Prompt));
        else
            await Chat(guarded, Tariff.Chat).CompleteChatAsync(Prompt);
        await AssertUsageAsync(guarded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_is_charged_by_its_body(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_501, 707) { Cached = 1_025, Reasoning = 513 }));
        using var chat = OpenAI(guarded).GetResponsesClient().AsIChatClient(Tariff.Reasoner);
        await AskAsync(chat, isStreamed);
        await AssertUsageAsync(guarded);
    }

    [Fact]
    public async Task Embeddings_are_charged_by_their_body()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("", new(1_235, 0)));
        await OpenAI(guarded).GetEmbeddingClient(Tariff.Embedder).GenerateEmbeddingsAsync(["one text", "another text"]);
        await AssertUsageAsync(guarded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_charged_by_its_body_with_the_cache_writes_of_an_hour(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(5_003, 333) { Cached = 1_001, CacheWrite = 1_501, CacheWriteOneHour = 2_003 }));
        using var chat = guarded.Anthropic(guarded.Http(options => options.UseAnthropic())).AsIChatClient(Tariff.Claude);
        await AskAsync(chat, isStreamed);
        await AssertUsageAsync(guarded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_charged_at_the_tier_that_the_answer_tells(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(5_003, 333) { Cached = 1_001, Tier = Tariff.Priority }));
        using var chat = guarded.Anthropic(guarded.Http(options => options.UseAnthropic())).AsIChatClient(Tariff.Claude);
        await AskAsync(chat, isStreamed);
        await AssertUsageAsync(guarded);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    public async Task A_stream_that_the_client_repeats_after_a_refusal_is_charged_once(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("It will be sunny.", new(1_234, 567)));
        (await ReadAsync(Chat(guarded, Tariff.Chat, retries: 1).CompleteChatStreamingAsync(Prompt))).Should().Be("It will be sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_body_that_nobody_can_read_is_charged_with_what_was_held_by_the_body_of_the_request()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => new() { Fault = Fault.Unreadable };
        await FluentActions.Awaiting(() => Chat(guarded, Tariff.Chat).CompleteChatAsync([new UserChatMessage(Prompt)], new() { MaxOutputTokenCount = 700 })).Should().ThrowAsync<Exception>();
        var settled = guarded.Settled.Should().ContainSingle().Which;
        var held = settled.Request.Usage!;
        settled.IsEstimated.Should().BeTrue();
        held.OutputTokens.Should().Be(700);
        held.InputTokens!.Value.Should().BeInRange(Estimates.OfText(Prompt), 10 * Estimates.OfText(Prompt));
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(held.InputTokens.Value, 700)), requests: 1);
    }

    [Fact]
    public async Task Ten_users_who_stream_through_one_HttpClient_at_once_pay_each_for_their_own()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = request => Reply.Says("It will be sunny.", new(400 + NumberOf(request), 30 + NumberOf(request)) { Cached = 100 + NumberOf(request) });
        var chat = Chat(guarded, Tariff.Chat);
        await Task.WhenAll(Enumerable.Range(1, 10).Select(async number =>
        {
            using var payer = BudgetScopeContext.Begin(userId: $"user-{number}");
            for (var call = 0; call < 3; call++)
                await ReadAsync(chat.CompleteChatStreamingAsync($"I am user {number}, the weather?"));
        }));
        await guarded.ChargedWhatWasBilledAsync(requests: 30);
        foreach (var bills in guarded.Provider.Bills.GroupBy(bill => NumberOf(bill.Request)))
            (await guarded.BudgetAsync(BudgetScope.User($"user-{bills.Key}"))).Should().Be((bills.Sum(bill => bill.Amount), 0m));

        static int NumberOf(ReceivedRequest request) => Enumerable.Range(1, 10).Single(number => request.Mentions($"user {number},"));
    }

    [Fact]
    public async Task Every_turn_of_a_kernel_that_streams_and_calls_functions_is_charged_by_its_own_body()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("weather-forecast", """{"city":"Oslo"}""", new(311, 23)), Reply.Says("Rain in Oslo.", new(353, 41) { Cached = 256 }));
        var builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion(Tariff.Chat, new Uri(guarded.Provider.Address, "v1"), "secret", httpClient: guarded.Http(options => options.UseOpenAI()));
        var kernel = builder.Build();
        kernel.Plugins.AddFromFunctions("weather", [KernelFunctionFactory.CreateFromMethod((string city) => $"Rain in {city}.", "forecast", "The weather to come.")]);
        var text = "";
        await foreach (var part in kernel.InvokePromptStreamingAsync<string>(Prompt, new(new OpenAIPromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() })))
            text += part;
        text.Should().Be("Rain in Oslo.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    private static OpenAI.OpenAIClient OpenAI(GuardedProvider guarded, int retries = 0) => guarded.OpenAI(OpenAIHttp.Over(guarded.Http(options => options.UseOpenAI()), retries));

    private static ChatClient Chat(GuardedProvider guarded, string model, int retries = 0) => OpenAI(guarded, retries).GetChatClient(model);

    private static async Task<string> ReadAsync(AsyncCollectionResult<StreamingChatCompletionUpdate> updates)
    {
        var text = "";
        await foreach (var update in updates)
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
        return text;
    }

    private static async Task AskAsync(IChatClient chat, bool isStreamed)
    {
        var response = isStreamed ? await chat.GetStreamingResponseAsync(Prompt).ToChatResponseAsync() : await chat.GetResponseAsync(Prompt);
        response.Text.Should().Be("It will be sunny.");
    }

    /// <summary>One call was charged what was billed, by what the provider reported.</summary>
    private static async Task AssertUsageAsync(GuardedProvider guarded)
    {
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }
}
