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

        Assert.Equal("General Kenobi", await chat.ReadAsync());

        Assert.Equal((10 * InputPrice + 20 * OutputPrice, 0m), await chat.BudgetAsync());
        Assert.False(chat.TheSettled.IsEstimated);
    }

    [Fact]
    public async Task A_stream_is_held_while_it_runs_and_charged_before_its_end_is_seen()
    {
        await using var chat = Streaming("one", "two", Tokens(10, 20));
        await using var updates = chat.Client.GetStreamingResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 100 }).GetAsyncEnumerator();

        while (await updates.MoveNextAsync())
            Assert.Equal((0m, PromptTokens * InputPrice + 100 * OutputPrice), await chat.BudgetAsync());

        Assert.Equal((10 * InputPrice + 20 * OutputPrice, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_report_that_makes_no_sense_does_not_undo_the_others_of_its_stream()
    {
        await using var chat = Streaming("one", Tokens(10, 20), new UsageDetails { InputTokenCount = -1_000, OutputTokenCount = -1_000, TotalTokenCount = long.MinValue });

        await chat.ReadAsync();

        Assert.Equal((10 * InputPrice + 20 * OutputPrice, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task Reports_too_large_to_be_added_are_not_a_call_for_nothing()
    {
        UsageDetails enormous = new() { OutputTokenCount = long.MaxValue };
        await using var chat = Streaming("one", enormous, enormous);

        await chat.ReadAsync();

        Assert.True((await chat.BudgetAsync()).Spent >= OutputPrice);
        Assert.True(chat.TheSettled.IsEstimated);
    }

    [Fact]
    public async Task A_stream_abandoned_after_three_updates_is_charged_for_what_was_seen()
    {
        await using var chat = Streaming("123456789", "123456789", "123456789", "never seen", Tokens(1_000, 1_000));

        await TakeAsync(chat, 3);

        Assert.Equal((PromptTokens * InputPrice + 9 * OutputPrice, 0m), await chat.BudgetAsync());
        Assert.True(chat.TheSettled.IsEstimated);
    }

    [Fact]
    public async Task A_stream_abandoned_after_its_usages_is_charged_their_sum()
    {
        await using var chat = Streaming(Update("one ", Tokens(10, 1)), Update("two ", Tokens(0, 1)), Update("three ", Tokens(0, 1)), "never seen");

        await TakeAsync(chat, 3);

        Assert.Equal((10 * InputPrice + 3 * OutputPrice, 0m), await chat.BudgetAsync());
        Assert.False(chat.TheSettled.IsEstimated);
    }

    [Fact]
    public async Task What_was_seen_after_the_last_usage_of_a_stream_that_broke_off_comes_on_top()
    {
        await using var chat = Streaming(Tokens(25, 1), "123456789", "123456789", "never seen", Tokens(0, 1_000));

        await TakeAsync(chat, 3);

        Assert.Equal((25 * InputPrice + (1 + 6) * OutputPrice, 0m), await chat.BudgetAsync());
        Assert.True(chat.TheSettled.IsEstimated);
    }

    [Fact]
    public async Task A_cancelled_stream_is_charged_for_what_was_seen()
    {
        await using var chat = Streaming("123456789", "never seen");
        using var cancellation = new CancellationTokenSource();
        await using var updates = chat.Client.GetStreamingResponseAsync(Prompt, cancellationToken: cancellation.Token).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync());
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());

        Assert.Equal((PromptTokens * InputPrice + 3 * OutputPrice, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_that_throws_in_the_middle_is_charged_for_what_was_seen()
    {
        await using var chat = Streaming("123456789", new InvalidOperationException("the provider broke"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => chat.ReadAsync());

        Assert.Equal((PromptTokens * InputPrice + 3 * OutputPrice, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_whose_first_update_cannot_be_read_is_charged_what_was_held_for_it()
    {
        await using var chat = new GuardedChat(options => options.DefaultMaxOutputTokens = 100);
        chat.Provider.Stream = token => Updates([new System.Text.Json.JsonException("no JSON")], token);

        await Assert.ThrowsAsync<System.Text.Json.JsonException>(() => chat.ReadAsync());

        Assert.Equal((PromptTokens * InputPrice + 100 * OutputPrice, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_that_is_refused_before_its_first_update_is_not_charged()
    {
        await using var chat = Streaming(new StatusException(429));

        await Assert.ThrowsAsync<StatusException>(() => chat.ReadAsync());

        Assert.Equal((0m, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_that_cannot_even_be_asked_for_is_not_charged()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Stream = _ => throw new NotSupportedException("no streaming");

        await Assert.ThrowsAsync<NotSupportedException>(() => chat.ReadAsync());

        Assert.Equal((0m, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_that_times_out_before_its_first_update_is_charged_for_its_prompt()
    {
        await using var chat = Streaming(new TimeoutException());

        await Assert.ThrowsAsync<TimeoutException>(() => chat.ReadAsync());

        Assert.Equal((PromptTokens * InputPrice, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_without_a_usage_is_charged_its_estimate_as_one_text()
    {
        await using var chat = Streaming("1", "2", "3", "4", "5", "6");

        await chat.ReadAsync();

        Assert.Equal((PromptTokens * InputPrice + 2 * OutputPrice, 0m), await chat.BudgetAsync());
        Assert.True(chat.TheSettled.IsEstimated);
    }

    [Fact]
    public async Task A_stream_that_gives_nothing_and_says_nothing_still_costs_its_prompt()
    {
        await using var chat = Streaming();

        Assert.Equal("", await chat.ReadAsync());

        Assert.Equal((PromptTokens * InputPrice, 0m), await chat.BudgetAsync());
    }

    [Fact]
    public async Task A_stream_whose_usage_is_zero_costs_nothing()
    {
        await using var chat = Streaming("free of charge", Tokens(0, 0));

        await chat.ReadAsync();

        Assert.Equal((0m, 0m), await chat.BudgetAsync());
        Assert.False(chat.TheSettled.IsEstimated);
    }

    [Fact]
    public async Task A_denied_stream_throws_at_its_first_update()
    {
        await using var chat = new GuardedChat(firewall: options => options.Budgets[0] = options.Budgets[0] with { Limit = 0m });
        var stream = chat.Client.GetStreamingResponseAsync(Prompt);

        await Assert.ThrowsAsync<BudgetExceededException>(async () => await stream.GetAsyncEnumerator().MoveNextAsync());

        Assert.Equal(0, chat.Provider.Calls);
    }

    [Fact]
    public async Task A_stream_that_is_not_read_reserves_nothing_and_one_that_is_read_twice_is_two_calls()
    {
        await using var chat = Streaming("x", Tokens(10, 20));
        var stream = chat.Client.GetStreamingResponseAsync(Prompt);
        Assert.Equal((0m, 0m), await chat.BudgetAsync());

        for (var i = 0; i < 2; i++)
        {
            await foreach (var update in stream)
                _ = update;
        }

        Assert.Equal((2 * (10 * InputPrice + 20 * OutputPrice), 0m), await chat.BudgetAsync());
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

        Assert.Equal("alice", chat.TheSettled.Request.UserId);
    }

    [Fact]
    public async Task An_estimator_that_throws_loses_neither_the_answer_nor_the_charge()
    {
        await using var chat = new GuardedChat(options => options.TokenEstimator = new BrokenAfterPrompt());
        chat.Provider.Stream = token => Updates(["123456789"], token);

        Assert.Equal("123456789", await chat.ReadAsync());

        Assert.Equal((5 * InputPrice + 3 * OutputPrice, 0m), await chat.BudgetAsync());
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
