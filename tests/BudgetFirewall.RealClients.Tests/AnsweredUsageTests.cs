using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>Usage that providers tell only in types of their own, and answers that nobody can read.</summary>
public sealed class AnsweredUsageTests
{
    private const string Prompt = "What will the weather be?";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TokensWrittenToTheCacheForAnHourAreChargedAtTheirOwnPrice(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(5_003, 333) { Cached = 1_001, CacheWrite = 1_501, CacheWriteOneHour = 2_003 }));
        using var chat = guarded.Guard(guarded.Anthropic().AsIChatClient(Tariff.Claude), options => options.MapUsage = MapAnthropic);
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ACallOfAnthropicIsChargedAtTheTierThatTheAnswerTells(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(5_003, 333) { Cached = 1_001, CacheWrite = 1_501, CacheWriteOneHour = 2_003, Tier = Tariff.Priority }));
        using var chat = guarded.Guard(guarded.Anthropic().AsIChatClient(Tariff.Claude), options => options.MapUsage = MapAnthropic);
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ACallOfOpenAIIsChargedAtTheTierThatTheAnswerTells(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_001, 333) { Cached = 501, Tier = Tariff.Flex }));
        using var chat = guarded.Chat(configure: options => options.MapUsage = report => report.Usage with { ServiceTier = TierOf(report.RawRepresentations) });
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AMappingThatSaysNothingOfTheTierKeepsTheOneOfTheRequest(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_001, 333) { Cached = 501, Tier = Tariff.Flex }));
        using var chat = guarded.Chat(configure: options =>
        {
            options.Describe = (_, _, request) => request with { Usage = request.Usage! with { ServiceTier = Tariff.Flex } };
            options.MapUsage = report => BudgetUsage.Tokens(report.Details.InputTokenCount!.Value, report.Details.OutputTokenCount!.Value, report.Details.CachedInputTokenCount!.Value);
        });
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task AnAnswerOfOpenAIThatItsClientCannotReadIsChargedWithWhatWasHeld()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => new() { Fault = Fault.Unreadable, Told = new(Estimates.OfMessage(Prompt), 1_000) };
        using var chat = guarded.Chat();
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task AnAnswerOfAnthropicThatItsClientCannotReadIsChargedWithWhatWasHeld()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => new() { Fault = Fault.Unreadable, Told = new(Estimates.OfMessage(Prompt), 1_000) };
        using var chat = guarded.Guard(guarded.Anthropic().AsIChatClient(Tariff.Claude));
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task EmbeddingsThatTheirClientCannotReadAreChargedByTheEstimateOfTheirInputs()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => new() { Fault = Fault.Unreadable, Told = new(Estimates.OfText(Prompt), 0) };
        using var generator = guarded.OpenAI().GetEmbeddingClient(Tariff.Embedder).AsIEmbeddingGenerator().WithBudget(guarded.Firewall);
        await FluentActions.Awaiting(() => generator.GenerateAsync([Prompt])).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    private static async Task AskAsync(IChatClient chat, bool isStreamed)
    {
        var response = isStreamed ? await chat.GetStreamingResponseAsync(Prompt).ToChatResponseAsync() : await chat.GetResponseAsync(Prompt);
        response.Text.Should().Be("It will be sunny.");
    }

    private static BudgetUsage? MapAnthropic(ChatUsageReport report) => MessageOf(report.RawRepresentations)?.Usage is { } told
        ? report.Usage with
        {
            CacheWriteTokens = told.CacheCreation?.Ephemeral5mInputTokens,
            CacheWriteOneHourTokens = told.CacheCreation?.Ephemeral1hInputTokens,
            ServiceTier = told.ServiceTier?.Raw() is { } tier and not "standard" ? tier : null,
        }
        : null;

    // A stream begins with the message, as far as it is known by then.
    private static Message? MessageOf(IEnumerable<object> raw)
    {
        foreach (var one in raw)
        {
            if (one is Message message)
                return message;
            if (one is RawMessageStreamEvent update && update.TryPickStart(out var start))
                return start.Message;
        }
        return null;
    }

    private static string? TierOf(IEnumerable<object> raw) => raw
        .Select(one => (one as ChatCompletion)?.ServiceTier ?? (one as StreamingChatCompletionUpdate)?.ServiceTier)
        .LastOrDefault(tier => tier is not null)?.ToString() is { } name and not "default" ? name : null;
}
