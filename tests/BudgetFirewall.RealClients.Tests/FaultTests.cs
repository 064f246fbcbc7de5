using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>Faults under the OpenAI client's own retries: what reaches the guard is one call.</summary>
public sealed class FaultTests
{
    private const string Prompt = "What will the weather be?";

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.ResetHalfway)]
    public async Task ACallThatTheClientRepeatsAfterAFaultIsChargedOnce(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat();
        var response = await chat.GetResponseAsync(Prompt);
        Assert.Equal("Sunny.", response.Text);
        Assert.Single(guarded.Settled);
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task ACallThatTheClientRepeatsAfterATimeOutIsChargedOnce()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(Fault.Silence), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat(client: options => options.NetworkTimeout = TimeSpan.FromSeconds(3));
        await chat.GetResponseAsync(Prompt);
        Assert.Single(guarded.Settled);
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    public async Task ACallThatTheProviderRefusesAtEveryAttemptIsFree(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => Reply.Fails(fault);
        using var chat = guarded.Chat(client: options => options.RetryPolicy = new ClientRetryPolicy(maxRetries: 1));
        await Assert.ThrowsAnyAsync<Exception>(() => chat.GetResponseAsync(Prompt));
        await guarded.ChargedAsync(0m, requests: 2);
    }

    [Theory]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.ResetHalfway)]
    [InlineData(Fault.Silence)]
    public async Task ACallThatMayHaveBeenMadeIsChargedByTheEstimateOfItsPromptOnce(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => Reply.Fails(fault);
        using var chat = guarded.Chat(client: options =>
        {
            options.RetryPolicy = new ClientRetryPolicy(maxRetries: 1);
            options.NetworkTimeout = fault == Fault.Silence ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1);
        });
        await Assert.ThrowsAnyAsync<Exception>(() => chat.GetResponseAsync(Prompt));
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), 0)), requests: 2);
        Assert.True(Assert.Single(guarded.Settled).IsEstimated);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Reset)]
    public async Task AStreamThatTheClientRepeatsAfterAFaultIsChargedOnce(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat();
        Assert.Equal("Sunny.", (await chat.GetStreamingResponseAsync(Prompt).ToChatResponseAsync()).Text);
        Assert.Single(guarded.Settled);
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task ACallThatItsCallerCancelsWhileTheProviderWorksIsChargedByTheEstimateOfItsPrompt()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        using var impatience = new CancellationTokenSource();
        guarded.Provider.Answer = _ =>
        {
            impatience.CancelAfter(TimeSpan.FromMilliseconds(50));
            return Reply.Fails(Fault.Silence);
        };
        using var chat = guarded.Chat();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chat.GetResponseAsync(Prompt, cancellationToken: impatience.Token));
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), 0)), requests: 1);
    }
}
