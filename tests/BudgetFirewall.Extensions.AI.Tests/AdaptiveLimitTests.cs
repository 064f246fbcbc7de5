using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>The guards report by themselves what the failures of a provider say of its limits.</summary>
public sealed class AdaptiveLimitTests
{
    private static readonly RateLimit Adaptive = new()
    {
        Scope = BudgetScope.Provider("scripted"), Capacity = 100, RefillPerSecond = 100, Adaptive = new() { Floor = 5, GrowthPerSecond = 8 },
    };

    [Theory]
    [InlineData(429, 70)]
    [InlineData(503, 70)]
    [InlineData(500, 100)]
    public async Task A_failure_that_carries_a_status_of_too_much_load_lowers_the_limit(int status, int refill)
    {
        await using var chat = new GuardedChat(firewall: options => options.RateLimits.Add(Adaptive));
        chat.Provider.Answer = (_, _) => throw new StatusException(status);

        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(GuardedChat.Prompt)).Should().ThrowAsync<StatusException>();

        (await StateAsync(chat)).RefillPerSecond.Should().Be(refill);
        (await chat.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task The_headers_of_the_answer_that_a_failure_carries_pause_the_limit()
    {
        await using var chat = new GuardedChat(firewall: options => options.RateLimits.Add(Adaptive));
        chat.Provider.Answer = (_, _) => throw new InvalidOperationException("an SDK around another", new AnsweredException(429, new() { ["retry-after"] = "7" }));

        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(GuardedChat.Prompt)).Should().ThrowAsync<InvalidOperationException>();

        (await StateAsync(chat)).PausedFor.Should().Be(TimeSpan.FromSeconds(7));
        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(GuardedChat.Prompt)).Should().ThrowAsync<RateLimitExceededException>();
        chat.Clock.Advance(TimeSpan.FromSeconds(7));
        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(GuardedChat.Prompt)).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_stream_that_fails_reports_too()
    {
        await using var chat = new GuardedChat(firewall: options => options.RateLimits.Add(Adaptive));
        chat.Provider.Stream = _ => FailAsync();

        await FluentActions.Awaiting(() => chat.ReadAsync()).Should().ThrowAsync<StatusException>();

        (await StateAsync(chat)).RefillPerSecond.Should().Be(70m);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> FailAsync()
    {
        await Task.Yield();
        yield return await Task.FromException<ChatResponseUpdate>(new StatusException(429));
    }

    private static async Task<RateLimitState> StateAsync(GuardedChat chat) => (await chat.Firewall.GetStatusAsync(BudgetScope.Provider("scripted"))).RateLimits.Should().ContainSingle().Which;

    /// <summary>An exception that gives access to the answer as those of System.ClientModel and Azure.Core do.</summary>
    private sealed class AnsweredException(int status, Dictionary<string, string> headers) : Exception
    {
        public int Status { get; } = status;

        public RawAnswer GetRawResponse() => new(new(headers));
    }

    private sealed record RawAnswer(RawHeaders Headers);

    private readonly struct RawHeaders(Dictionary<string, string> headers)
    {
        public bool TryGetValue(string name, [NotNullWhen(true)] out string? value) =>
            (value = headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value) is not null;
    }
}
