using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Chat;
using Polly;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>Polly and the standard resilience handler: around and within a guarded HttpClient that the OpenAI SDK sends through, and around a guarded chat client.</summary>
public sealed class ResilienceTests
{
    private const string Prompt = "What will the weather be?";
    private static readonly decimal Expected = Tariff.Bill(Tariff.Chat, OpenAIHttp.Expected);

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    public async Task Retries_around_the_guard_pay_for_the_attempt_that_was_answered(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        await AskAsync(guarded, guarded.Http(OpenAIHttp.Configure, around: Retry));
        await guarded.ChargedWhatWasBilledAsync(requests: 3);
    }

    [Fact]
    public async Task Retries_around_the_guard_pay_for_each_attempt_that_may_have_been_made()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(Fault.Reset), Reply.Fails(Fault.ServerError), Reply.Says("Sunny.", new(1_234, 567)));
        await AskAsync(guarded, guarded.Http(OpenAIHttp.Configure, around: Retry));
        await guarded.ChargedAsync(guarded.Provider.Billed + Expected, requests: 3);
    }

    [Fact]
    public async Task A_time_out_around_the_guard_pays_for_the_attempt_that_it_gave_up()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(Fault.Silence), Reply.Says("Sunny.", new(1_234, 567)));
        await AskAsync(guarded, guarded.Http(OpenAIHttp.Configure, around: client => Retry(client, TimeSpan.FromSeconds(10))));
        await guarded.ChargedAsync(guarded.Provider.Billed + Expected, requests: 2);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Reset)]
    public async Task Retries_within_the_guard_are_one_call_that_pays_for_its_answer(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        await AskAsync(guarded, guarded.Http(OpenAIHttp.Configure, within: Retry));
        guarded.Settled.Should().ContainSingle();
        await guarded.ChargedWhatWasBilledAsync(requests: 3);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests, false)]
    [InlineData(Fault.ServerError, false)]
    [InlineData(Fault.Reset, true)]
    public async Task A_retry_pipeline_around_a_guarded_chat_client_makes_each_attempt_a_call_of_its_own(Fault fault, bool isPaidFor)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat(client: options => options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0));
        var pipeline = new ResiliencePipelineBuilder().AddRetry(new() { Delay = TimeSpan.Zero }).Build();
        await pipeline.ExecuteAsync(async token => await chat.GetResponseAsync(Prompt, cancellationToken: token));
        var failed = isPaidFor ? Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), 0)) : 0;
        await guarded.ChargedAsync(guarded.Provider.Billed + failed, requests: 2);
    }

    [Fact]
    public async Task A_denial_is_not_repeated()
    {
        await using var guarded = await GuardedProvider.StartAsync(limit: Expected / 2);
        await FluentActions.Awaiting(() => AskAsync(guarded, guarded.Http(OpenAIHttp.Configure, around: Retry))).Should().ThrowExactlyAsync<BudgetExceededException>();
        await guarded.ChargedAsync(0m, requests: 0);
    }

    private static void Retry(IHttpClientBuilder client) => Retry(client, TimeSpan.FromMinutes(1));

    // As it is by default, without its pauses, and with time-outs that no slow machine runs into.
    private static void Retry(IHttpClientBuilder client, TimeSpan attempt) => client.AddStandardResilienceHandler(options =>
    {
        options.Retry.Delay = TimeSpan.Zero;
        options.AttemptTimeout.Timeout = attempt;
        options.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(10);
        options.TotalRequestTimeout.Timeout = TimeSpan.FromMinutes(20);
    });

    private static async Task AskAsync(GuardedProvider guarded, HttpClient http)
    {
        ChatCompletion completion = await guarded.OpenAI(OpenAIHttp.Over(http, retries: 0)).GetChatClient(Tariff.Chat).CompleteChatAsync(Prompt);
        completion.Content[0].Text.Should().Be("Sunny.");
    }
}
