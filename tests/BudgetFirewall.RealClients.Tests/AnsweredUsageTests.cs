using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>Usage that providers tell only in types of their own, and answers that nobody can read.</summary>
public sealed class AnsweredUsageTests
{
    private const string Prompt = "What will the weather be?";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tokens_written_to_the_cache_for_an_hour_are_charged_at_their_own_price(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(5_003, 333) { Cached = 1_001, CacheWrite = 1_501, CacheWriteOneHour = 2_003 }));
        using var chat = guarded.Guard(guarded.Anthropic().AsIChatClient(Tariff.Claude), options => options.MapUsage = UsageMappings.OfAnthropic);
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_of_Anthropic_is_charged_at_the_tier_that_the_answer_tells(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(5_003, 333) { Cached = 1_001, CacheWrite = 1_501, CacheWriteOneHour = 2_003, Tier = Tariff.Priority }));
        using var chat = guarded.Guard(guarded.Anthropic().AsIChatClient(Tariff.Claude), options => options.MapUsage = UsageMappings.OfAnthropic);
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_of_OpenAI_is_charged_at_the_tier_that_the_answer_tells(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_001, 333) { Cached = 501, Tier = Tariff.Flex }));
        using var chat = guarded.Chat(configure: options => options.MapUsage = UsageMappings.OfOpenAI);
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public void The_mappings_that_the_page_shows_are_the_ones_that_these_tests_run()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BudgetFirewall.sln")))
            folder = folder.Parent!;
        var page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "chat.md"));
        var code = File.ReadAllText(Path.Combine(folder.FullName, "tests", "BudgetFirewall.RealClients.Tests", "UsageMappings.cs"));
        page.Should().Contain($"```text\n{code}```\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_standard_tier_of_an_answer_wins_over_the_tier_that_was_asked_for(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(1_001, 333) { Cached = 501 }));
        using var chat = guarded.Chat(configure: options =>
        {
            options.Describe = (_, _, request) => request with { Usage = request.Usage! with { ServiceTier = Tariff.Flex } };
            options.MapUsage = UsageMappings.OfOpenAI;
        });
        await AskAsync(chat, isStreamed);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mapping_that_says_nothing_of_the_tier_keeps_the_one_of_the_request(bool isStreamed)
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
    public async Task An_answer_of_OpenAI_that_its_client_cannot_read_is_charged_with_what_was_held()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => new() { Fault = Fault.Unreadable, ReportedUsage = new(Estimates.OfMessage(Prompt), 1_000) };
        using var chat = guarded.Chat();
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task An_answer_of_Anthropic_that_its_client_cannot_read_is_charged_with_what_was_held()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => new() { Fault = Fault.Unreadable, ReportedUsage = new(Estimates.OfMessage(Prompt), 1_000) };
        using var chat = guarded.Guard(guarded.Anthropic().AsIChatClient(Tariff.Claude));
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task Embeddings_that_their_client_cannot_read_are_charged_by_the_estimate_of_their_inputs()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => new() { Fault = Fault.Unreadable, ReportedUsage = new(Estimates.OfText(Prompt), 0) };
        using var generator = guarded.OpenAI().GetEmbeddingClient(Tariff.Embedder).AsIEmbeddingGenerator().WithBudget(guarded.Firewall);
        await FluentActions.Awaiting(() => generator.GenerateAsync([Prompt])).Should().ThrowAsync<Exception>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    private static async Task AskAsync(IChatClient chat, bool isStreamed)
    {
        var response = isStreamed ? await chat.GetStreamingResponseAsync(Prompt).ToChatResponseAsync() : await chat.GetResponseAsync(Prompt);
        response.Text.Should().Be("It will be sunny.");
    }
}
