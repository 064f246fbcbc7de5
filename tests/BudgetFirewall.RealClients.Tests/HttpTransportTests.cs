using OpenAI.Chat;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>A guarded HttpClient as the transport of the OpenAI SDK: the SDK's retries lie around the guard, so that each attempt is a call of its own.</summary>
public sealed class HttpTransportTests
{
    private static readonly decimal Expected = Tariff.Bill(Tariff.Chat, OpenAIHttp.Expected);

    [Fact]
    public async Task An_answer_is_charged_by_the_usage_in_its_body()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567) { Cached = 1_025 }));
        (await AskAsync(guarded, retries: 0)).Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    public async Task An_attempt_that_the_provider_refuses_is_free_and_the_next_is_charged(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        (await AskAsync(guarded, retries: 1)).Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Theory]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.ResetHalfway)]
    public async Task An_attempt_that_may_have_been_made_is_charged_as_expected_beside_the_next(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        (await AskAsync(guarded, retries: 1)).Should().Be("Sunny.");
        await guarded.ChargedAsync(guarded.Provider.Billed + Expected, requests: 2);
        guarded.Settled.Count(call => call.IsEstimated).Should().Be(1);
    }

    [Fact]
    public async Task An_attempt_that_times_out_is_charged_as_expected_beside_the_next()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(Fault.Silence), Reply.Says("Sunny.", new(1_234, 567)));
        (await AskAsync(guarded, retries: 1, timeout: TimeSpan.FromSeconds(10))).Should().Be("Sunny.");
        await guarded.ChargedAsync(guarded.Provider.Billed + Expected, requests: 2);
    }

    [Fact]
    public async Task A_body_that_nobody_can_read_is_charged_as_expected()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(new Reply { Fault = Fault.Unreadable, ReportedUsage = OpenAIHttp.Expected });
        await FluentActions.Awaiting(() => AskAsync(guarded, retries: 0)).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task A_call_that_the_budget_refuses_is_neither_sent_nor_repeated()
    {
        await using var guarded = await GuardedProvider.StartAsync(limit: Expected / 2);
        await FluentActions.Awaiting(() => AskAsync(guarded, retries: 3)).Should().ThrowExactlyAsync<BudgetExceededException>();
        await guarded.ChargedAsync(0m, requests: 0);
    }

    [Fact]
    public async Task The_user_of_the_ambient_context_pays_through_the_sdk()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567)));
        using (BudgetScopeContext.Begin(userId: "alice"))
            await AskAsync(guarded, retries: 0);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        (await guarded.BudgetAsync(BudgetScope.User("alice"))).Should().Be((guarded.Provider.Billed, 0m));
    }

    private static async Task<string> AskAsync(GuardedProvider guarded, int retries, TimeSpan? timeout = null)
    {
        var client = guarded.OpenAI(options =>
        {
            OpenAIHttp.Over(guarded.Http(OpenAIHttp.Configure), retries)(options);
            options.NetworkTimeout = timeout ?? TimeSpan.FromMinutes(1);
        }).GetChatClient(Tariff.Chat);
        ChatCompletion completion = await client.CompleteChatAsync("What will the weather be?");
        return completion.Content[0].Text;
    }
}
