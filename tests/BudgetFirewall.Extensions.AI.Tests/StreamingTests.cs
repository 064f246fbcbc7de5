using Microsoft.Extensions.AI;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>However a stream ends, nothing stays held, and what was used of it is charged once.</summary>
public sealed class StreamingTests
{
    [Fact]
    public async Task A_stream_is_charged_the_sum_of_the_usages_it_reports()
    {
        await using var chat = Streaming("General ", Tokens(10, 1), "Kenobi", Tokens(0, 19));

        (await chat.ReadAsync()).Should().Be("General Kenobi");

        (await chat.BudgetAsync()).Should().Be((10 * InputPrice + 20 * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task A_stream_is_held_while_it_runs_and_charged_before_its_end_is_seen()
    {
        await using var chat = Streaming("one", "two", Tokens(10, 20));
        await using var updates = chat.Client.GetStreamingResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 100 }).GetAsyncEnumerator();

        while (await updates.MoveNextAsync())
            (await chat.BudgetAsync()).Should().Be((0m, PromptTokens * InputPrice + 100 * OutputPrice));

        (await chat.BudgetAsync()).Should().Be((10 * InputPrice + 20 * OutputPrice, 0m));
    }

    [Fact]
    public async Task A_report_that_makes_no_sense_does_not_undo_the_others_of_its_stream()
    {
        await using var chat = Streaming("one", Tokens(10, 20), new UsageDetails { InputTokenCount = -1_000, OutputTokenCount = -1_000, TotalTokenCount = long.MinValue });

        await chat.ReadAsync();

        (await chat.BudgetAsync()).Should().Be((10 * InputPrice + 20 * OutputPrice, 0m));
    }

    [Fact]
    public async Task Reports_too_large_to_be_added_are_not_a_call_for_nothing()
    {
        UsageDetails enormous = new() { OutputTokenCount = long.MaxValue };
        await using var chat = Streaming("one", enormous, enormous);

        await chat.ReadAsync();

        ((await chat.BudgetAsync()).Spent >= OutputPrice).Should().BeTrue();
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_stream_abandoned_after_three_updates_is_charged_for_what_was_seen()
    {
        await using var chat = Streaming("123456789", "123456789", "123456789", "never seen", Tokens(1_000, 1_000));

        await TakeAsync(chat, 3);

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 9 * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_stream_abandoned_after_its_usages_is_charged_their_sum()
    {
        await using var chat = Streaming(Update("one ", Tokens(10, 1)), Update("two ", Tokens(0, 1)), Update("three ", Tokens(0, 1)), "never seen");

        await TakeAsync(chat, 3);

        (await chat.BudgetAsync()).Should().Be((10 * InputPrice + 3 * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task What_was_seen_after_the_last_usage_of_a_stream_that_broke_off_comes_on_top()
    {
        await using var chat = Streaming(Tokens(25, 1), "123456789", "123456789", "never seen", Tokens(0, 1_000));

        await TakeAsync(chat, 3);

        (await chat.BudgetAsync()).Should().Be((25 * InputPrice + (1 + 6) * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_cancelled_stream_is_charged_for_what_was_seen()
    {
        await using var chat = Streaming("123456789", "never seen");
        using var cancellation = new CancellationTokenSource();
        await using var updates = chat.Client.GetStreamingResponseAsync(Prompt, cancellationToken: cancellation.Token).GetAsyncEnumerator();

        (await updates.MoveNextAsync()).Should().BeTrue();
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(async () => await updates.MoveNextAsync()).Should().ThrowAsync<OperationCanceledException>();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 3 * OutputPrice, 0m));
    }

    [Fact]
    public async Task A_stream_that_throws_in_the_middle_is_charged_for_what_was_seen()
    {
        await using var chat = Streaming("123456789", new InvalidOperationException("the provider broke"));

        await FluentActions.Awaiting(() => chat.ReadAsync()).Should().ThrowExactlyAsync<InvalidOperationException>();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 3 * OutputPrice, 0m));
    }

    [Fact]
    public async Task A_stream_whose_first_update_cannot_be_read_is_charged_what_was_held_for_it()
    {
        await using var chat = new GuardedChat(options => options.DefaultMaxOutputTokens = 100);
        chat.Provider.Stream = token => Updates([new System.Text.Json.JsonException("no JSON")], token);

        await FluentActions.Awaiting(() => chat.ReadAsync()).Should().ThrowExactlyAsync<System.Text.Json.JsonException>();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 100 * OutputPrice, 0m));
    }

    [Fact]
    public async Task A_stream_that_is_refused_before_its_first_update_is_not_charged()
    {
        await using var chat = Streaming(new StatusException(429));

        await FluentActions.Awaiting(() => chat.ReadAsync()).Should().ThrowExactlyAsync<StatusException>();

        (await chat.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_stream_that_cannot_even_be_asked_for_is_not_charged()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Stream = _ => throw new NotSupportedException("no streaming");

        await FluentActions.Awaiting(() => chat.ReadAsync()).Should().ThrowExactlyAsync<NotSupportedException>();

        (await chat.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_stream_that_times_out_before_its_first_update_is_charged_for_its_prompt()
    {
        await using var chat = Streaming(new TimeoutException());

        await FluentActions.Awaiting(() => chat.ReadAsync()).Should().ThrowExactlyAsync<TimeoutException>();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice, 0m));
    }

    [Fact]
    public async Task A_stream_without_a_usage_is_charged_its_estimate_as_one_text()
    {
        await using var chat = Streaming("1", "2", "3", "4", "5", "6");

        await chat.ReadAsync();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 2 * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_stream_that_gives_nothing_and_says_nothing_still_costs_its_prompt()
    {
        await using var chat = Streaming();

        (await chat.ReadAsync()).Should().Be("");

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice, 0m));
    }

    [Fact]
    public async Task A_stream_whose_usage_is_zero_costs_nothing()
    {
        await using var chat = Streaming("free of charge", Tokens(0, 0));

        await chat.ReadAsync();

        (await chat.BudgetAsync()).Should().Be((0m, 0m));
        chat.TheSettled.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task A_denied_stream_throws_at_its_first_update()
    {
        await using var chat = new GuardedChat(firewall: options => options.Budgets[0] = options.Budgets[0] with { Limit = 0m });
        var stream = chat.Client.GetStreamingResponseAsync(Prompt);

        await FluentActions.Awaiting(async () => await stream.GetAsyncEnumerator().MoveNextAsync()).Should().ThrowExactlyAsync<BudgetExceededException>();

        chat.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_stream_that_is_not_read_reserves_nothing_and_one_that_is_read_twice_is_two_calls()
    {
        await using var chat = Streaming("x", Tokens(10, 20));
        var stream = chat.Client.GetStreamingResponseAsync(Prompt);
        (await chat.BudgetAsync()).Should().Be((0m, 0m));

        for (var i = 0; i < 2; i++)
        {
            await foreach (var update in stream)
                _ = update;
        }

        (await chat.BudgetAsync()).Should().Be((2 * (10 * InputPrice + 20 * OutputPrice), 0m));
    }

    [Fact]
    public async Task Who_asked_for_a_stream_pays_for_it_whoever_reads_it()
    {
        await using var chat = Streaming("x", Tokens(10, 20));
        IAsyncEnumerable<ChatResponseUpdate> stream;
        using (BudgetScopeContext.Begin(userId: "alice"))
            stream = chat.Client.GetStreamingResponseAsync(Prompt);

        using (BudgetScopeContext.Begin(userId: "bob"))
        {
            await foreach (var update in stream)
                _ = update;
        }

        chat.TheSettled.Request.UserId.Should().Be("alice");
    }

    [Fact]
    public async Task An_estimator_that_throws_loses_neither_the_answer_nor_the_charge()
    {
        await using var chat = new GuardedChat(options => options.TokenEstimator = new BrokenAfterPrompt());
        chat.Provider.Stream = token => Updates(["123456789"], token);

        (await chat.ReadAsync()).Should().Be("123456789");

        (await chat.BudgetAsync()).Should().Be((5 * InputPrice + 3 * OutputPrice, 0m));
    }

    private static GuardedChat Streaming(params object[] script)
    {
        var chat = new GuardedChat();
        chat.Provider.Stream = token => Updates(script, token);
        return chat;
    }

    private static async Task TakeAsync(GuardedChat chat, int updates)
    {
        await foreach (var update in chat.Client.GetStreamingResponseAsync(Prompt))
        {
            _ = update;
            if (--updates == 0)
                break;
        }
    }

    private sealed class BrokenAfterPrompt : ITokenEstimator
    {
        public long EstimateText(string text, string? model) => throw new InvalidOperationException("no vocabulary");

        public long EstimatePrompt(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? model) => 5;
    }
}
