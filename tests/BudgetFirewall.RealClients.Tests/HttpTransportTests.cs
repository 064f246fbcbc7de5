using OpenAI.Chat;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>A guarded HttpClient as the transport of the OpenAI SDK: the SDK's retries lie around the guard, so that each attempt is a call of its own.</summary>
public sealed class HttpTransportTests
{
    private static readonly decimal Expected = Tariff.Bill(Tariff.Chat, OpenAIHttp.Expected);

    [Fact]
    public async Task AnAnswerIsChargedByTheUsageInItsBody()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567) { Cached = 1_025 }));
        (await AskAsync(guarded, retries: 0)).Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    public async Task AnAttemptThatTheProviderRefusesIsFreeAndTheNextIsCharged(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        (await AskAsync(guarded, retries: 1)).Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Theory]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.ResetHalfway)]
    public async Task AnAttemptThatMayHaveBeenMadeIsChargedAsExpectedBesideTheNext(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        (await AskAsync(guarded, retries: 1)).Should().Be("Sunny.");
        await guarded.ChargedAsync(guarded.Provider.Billed + Expected, requests: 2);
        guarded.Settled.Count(call => call.IsEstimated).Should().Be(1);
    }

    [Fact]
    public async Task AnAttemptThatTimesOutIsChargedAsExpectedBesideTheNext()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(Fault.Silence), Reply.Says("Sunny.", new(1_234, 567)));
        (await AskAsync(guarded, retries: 1, timeout: TimeSpan.FromSeconds(3))).Should().Be("Sunny.");
        await guarded.ChargedAsync(guarded.Provider.Billed + Expected, requests: 2);
    }

    [Fact]
    public async Task ABodyThatNobodyCanReadIsChargedAsExpected()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(new Reply { Fault = Fault.Unreadable, Told = OpenAIHttp.Expected });
        await FluentActions.Awaiting(() => AskAsync(guarded, retries: 0)).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task ACallThatTheBudgetRefusesIsNeitherSentNorRepeated()
    {
        await using var guarded = await GuardedProvider.StartAsync(limit: Expected / 2);
        await FluentActions.Awaiting(() => AskAsync(guarded, retries: 3)).Should().ThrowExactlyAsync<BudgetExceededException>();
        await guarded.ChargedAsync(0m, requests: 0);
    }

    [Fact]
    public async Task TheUserOfTheAmbientContextPaysThroughTheSdk()
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
