using Microsoft.Extensions.AI;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A hold lasts as long as its call, and no longer. The lease is 10 seconds; the budget pays for one call at a time.</summary>
public sealed class HoldTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_hold_of_a_stream_of_a_minute_never_lapses_and_is_not_extended_after_its_end()
    {
        await using var chat = OneAtATime();
        chat.Provider.Stream = token => Updates([.. Enumerable.Repeat("x", 60), Tokens(10, 20)], token);

        await foreach (var update in chat.Client.GetStreamingResponseAsync(Prompt))
        {
            _ = update;
            if (chat.Clock.GetUtcNow() - Start < TimeSpan.FromMinutes(1))
                chat.Clock.Advance(Second);
            await AssertHeldAsync(chat);
        }

        var extensions = chat.Store.Extensions;
        extensions.Should().BeInRange(60 / 10, 60 / 5);
        chat.TheSettled.Receipt!.IsLate.Should().BeFalse();
        chat.Clock.Advance(TimeSpan.FromMinutes(10));
        chat.Store.Extensions.Should().Be(extensions);
        (await chat.BudgetAsync()).Should().Be((10 * InputPrice + 20 * OutputPrice, 0m));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_provider_that_is_silent_for_a_minute_is_held_too_whatever_the_clock_of_the_process(int minutesWrong)
    {
        var clock = new ManualClock();
        await using var chat = OneAtATime(clock, new ManualClock(clock, TimeSpan.FromMinutes(minutesWrong)));
        var answer = new TaskCompletionSource();
        chat.Provider.Answer = async (_, _) =>
        {
            await answer.Task;
            return Text("at last", Tokens(10, 20));
        };

        var call = chat.Client.GetResponseAsync(Prompt);
        for (var i = 0; i < 60; i++)
        {
            clock.Advance(Second);
            await AssertHeldAsync(chat);
        }
        answer.SetResult();
        await call;

        chat.Store.Extensions.Should().BeInRange(60 / 10, 60 / 2);
        (await chat.BudgetAsync()).Held.Should().Be(0m);
    }

    [Fact]
    public async Task A_stream_that_is_neither_read_nor_disposed_lets_go_after_the_longest_hold()
    {
        await using var chat = OneAtATime(configure: options => options.Calls.MaxHold = TimeSpan.FromSeconds(30));
        chat.Provider.Stream = token => Updates(["x", "y"], token);
        var forgotten = chat.Client.GetStreamingResponseAsync(Prompt).GetAsyncEnumerator();

        await forgotten.MoveNextAsync();
        chat.Clock.Advance(TimeSpan.FromSeconds(29));
        await AssertHeldAsync(chat);
        chat.Clock.Advance(TimeSpan.FromSeconds(20));

        (await chat.BudgetAsync()).Should().Be((0m, 0m));
        await forgotten.DisposeAsync();
        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + OutputPrice, 0m));
    }

    [Fact]
    public async Task A_call_that_outlives_the_longest_hold_is_charged_in_full_and_late()
    {
        await using var chat = OneAtATime(configure: options => options.Calls.MaxHold = TimeSpan.Zero);
        chat.Provider.Stream = token => Updates(["x", Tokens(10, 20)], token);

        await foreach (var update in chat.Client.GetStreamingResponseAsync(Prompt))
        {
            _ = update;
            chat.Clock.Advance(TimeSpan.FromSeconds(20));
        }

        chat.Store.Extensions.Should().Be(0);
        chat.TheSettled.Receipt!.IsLate.Should().BeTrue();
        (await chat.BudgetAsync()).Should().Be((10 * InputPrice + 20 * OutputPrice, 0m));
    }

    private static DateTimeOffset Start => new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private static GuardedChat OneAtATime(ManualClock? clock = null, TimeProvider? guardClock = null, Action<BudgetChatOptions>? configure = null) => new(
        options =>
        {
            options.Calls.Lease = TimeSpan.FromSeconds(10);
            options.DefaultMaxOutputTokens = 100;
            configure?.Invoke(options);
        },
        options => options.Budgets[0] = options.Budgets[0] with { Limit = 1.5m },
        clock,
        guardClock);

    // Held, and so surely that another call does not fit.
    private static async Task AssertHeldAsync(GuardedChat chat)
    {
        (await chat.BudgetAsync()).Held.Should().Be(PromptTokens * InputPrice + 100 * OutputPrice);
        await FluentActions.Awaiting(async () => await chat.Client.GetStreamingResponseAsync(Prompt).GetAsyncEnumerator().MoveNextAsync()).Should().ThrowExactlyAsync<BudgetExceededException>();
    }
}
