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
    public async Task A_call_that_the_client_repeats_after_a_fault_is_charged_once(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat();
        var response = await chat.GetResponseAsync(Prompt);
        response.Text.Should().Be("Sunny.");
        guarded.Settled.Should().ContainSingle();
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_call_that_the_client_repeats_after_a_time_out_is_charged_once()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(Fault.Silence), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat(client: options => options.NetworkTimeout = TimeSpan.FromSeconds(10));
        await chat.GetResponseAsync(Prompt);
        guarded.Settled.Should().ContainSingle();
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    public async Task A_call_that_the_provider_refuses_at_every_attempt_is_free(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => Reply.Fails(fault);
        using var chat = guarded.Chat(client: options => options.RetryPolicy = new ClientRetryPolicy(maxRetries: 1));
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowAsync<Exception>();
        await guarded.ChargedAsync(0m, requests: 2);
    }

    [Theory]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.ResetHalfway)]
    [InlineData(Fault.Silence)]
    public async Task A_call_that_may_have_been_made_is_charged_by_the_estimate_of_its_prompt_once(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => Reply.Fails(fault);
        using var chat = guarded.Chat(client: options =>
        {
            options.RetryPolicy = new ClientRetryPolicy(maxRetries: 1);
            options.NetworkTimeout = fault == Fault.Silence ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(1);
        });
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowAsync<Exception>();
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), 0)), requests: 2);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Reset)]
    public async Task A_stream_that_the_client_repeats_after_a_fault_is_charged_once(Fault fault)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Fails(fault), Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat();
        (await chat.GetStreamingResponseAsync(Prompt).ToChatResponseAsync()).Text.Should().Be("Sunny.");
        guarded.Settled.Should().ContainSingle();
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_while_the_provider_works_is_charged_by_the_estimate_of_its_prompt()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        using var impatience = new CancellationTokenSource();
        guarded.Provider.Answer = _ =>
        {
            impatience.CancelAfter(TimeSpan.FromMilliseconds(50));
            return Reply.Fails(Fault.Silence);
        };
        using var chat = guarded.Chat();
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt, cancellationToken: impatience.Token)).Should().ThrowAsync<OperationCanceledException>();
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), 0)), requests: 1);
    }
}
