using Microsoft.Extensions.AI;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;

#pragma warning disable MEAI001 // Audio tokens are counted on trial.

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>Usage as providers report it. The prompt is estimated at 8 tokens, the answer, "123456789", at 3.</summary>
public sealed class UsageTests
{
    [Fact]
    public async Task Cached_and_reasoning_tokens_lie_inside_their_totals()
    {
        var (usage, isEstimated, cost) = await ChargeAsync(new() { InputTokenCount = 1_000, CachedInputTokenCount = 600, OutputTokenCount = 200, ReasoningTokenCount = 50, TotalTokenCount = 1_200 });

        usage.Should().Be(new BudgetUsage { InputTokens = 1_000, CachedInputTokens = 600, OutputTokens = 200, ReasoningTokens = 50 });
        isEstimated.Should().BeFalse();
        cost.Should().Be(400 * 0.001m + 600 * 0.0001m + 150 * 0.01m + 50 * 0.02m);
    }

    [Fact]
    public async Task Cache_writes_are_found_among_the_additional_counts_and_the_others_are_units()
    {
        var (usage, _, cost) = await ChargeAsync(new()
        {
            InputTokenCount = 1_000,
            OutputTokenCount = 10,
            AdditionalCounts = new() { ["CacheCreationInputTokens"] = 300, ["web_search"] = 2, ["input_tokens"] = 7, ["nothing"] = 0, ["wrong"] = -5 },
        });

        usage.CacheWriteTokens.Should().Be(300);
        usage.Units.Should().Equal(new Dictionary<string, decimal> { ["web_search"] = 2 });
        cost.Should().Be(700 * 0.001m + 300 * 0.002m + 10 * 0.01m);
    }

    [Fact]
    public async Task Audio_and_image_tokens_are_priced_apart_under_the_names_that_providers_give_them()
    {
        var (typed, _, typedCost) = await ChargeAsync(
            new() { InputTokenCount = 1_000, InputAudioTokenCount = 400, OutputTokenCount = 200, OutputAudioTokenCount = 150, TotalTokenCount = 1_200 });
        var (named, _, namedCost) = await ChargeAsync(new()
        {
            InputTokenCount = 1_000,
            OutputTokenCount = 200,
            TotalTokenCount = 1_200,
            AdditionalCounts = new()
            {
                ["InputTokenDetails.AudioTokenCount"] = 300, ["input_image_tokens"] = 100, ["OutputTokenDetails.AudioTokenCount"] = 50, ["OutputTokenDetails.ImageTokenCount"] = 100,
            },
        });

        typed.Should().Be(new BudgetUsage { InputTokens = 1_000, AudioInputTokens = 400, OutputTokens = 200, AudioOutputTokens = 150 });
        typedCost.Should().Be(600 * 0.001m + 400 * 0.003m + 50 * 0.01m + 150 * 0.03m);
        named.Should().Be(new BudgetUsage { InputTokens = 1_000, AudioInputTokens = 300, ImageInputTokens = 100, OutputTokens = 200, AudioOutputTokens = 50, ImageOutputTokens = 100 });
        namedCost.Should().Be(600 * 0.001m + 300 * 0.003m + 100 * 0.004m + 50 * 0.01m + 50 * 0.03m + 100 * 0.04m);
    }

    [Fact]
    public async Task Cached_and_reasoning_tokens_are_found_among_the_additional_counts_unless_they_are_reported_as_such()
    {
        AdditionalPropertiesDictionary<long> additional = new() { ["InputTokenDetails.CachedTokenCount"] = 600, ["OutputTokenDetails.ReasoningTokenCount"] = 50 };

        var (alone, _, _) = await ChargeAsync(new() { InputTokenCount = 1_000, OutputTokenCount = 200, AdditionalCounts = additional });
        var (beside, _, _) = await ChargeAsync(new() { InputTokenCount = 1_000, CachedInputTokenCount = 600, OutputTokenCount = 200, ReasoningTokenCount = 50, AdditionalCounts = additional });

        alone.Should().Be(new BudgetUsage { InputTokens = 1_000, CachedInputTokens = 600, OutputTokens = 200, ReasoningTokens = 50 });
        beside.Should().Be(alone);
    }

    [Fact]
    public async Task A_part_that_is_reported_under_two_names_counts_once()
    {
        var (usage, _, _) = await ChargeAsync(new()
        {
            InputTokenCount = 1_000,
            OutputTokenCount = 0,
            AdditionalCounts = new() { ["CacheCreationInputTokens"] = 300, ["cache_creation_input_tokens"] = 300 },
        });

        (usage.InputTokens, usage.CacheWriteTokens).Should().Be(((long?, long?))(1_000L, 300L));
    }

    [Theory]
    [InlineData(-1L, 20L, 8L, 20L)]
    [InlineData(10L, -1L, 10L, 3L)]
    [InlineData(-1L, long.MinValue, 8L, 3L)]
    public async Task A_count_below_zero_says_nothing_and_the_estimate_is_charged(long input, long output, long expectedInput, long expectedOutput)
    {
        var (usage, isEstimated, _) = await ChargeAsync(new() { InputTokenCount = input, OutputTokenCount = output });

        (usage.InputTokens, usage.OutputTokens).Should().Be(((long?, long?))(expectedInput, expectedOutput));
        isEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task What_the_provider_reports_reaches_the_caller_as_it_is()
    {
        UsageDetails reported = new() { InputTokenCount = -1, OutputTokenCount = 5, AdditionalCounts = new() { ["wrong"] = -5 } };

        await ChargeAsync(reported);

        (reported.InputTokenCount, reported.OutputTokenCount, reported.AdditionalCounts["wrong"]).Should().Be(((long?, long?, long))(-1L, 5L, -5L));
    }

    [Fact]
    public async Task A_count_that_is_beyond_belief_charges_what_was_reserved_and_not_nothing()
    {
        await using var chat = new GuardedChat(options => options.DefaultMaxOutputTokens = 10);
        chat.Provider.Answer = (_, _) => Task.FromResult(ScriptedChatClient.Text("answer", new() { InputTokenCount = long.MaxValue, OutputTokenCount = long.MaxValue, TotalTokenCount = long.MaxValue }));

        await chat.Client.GetResponseAsync(Prompt);

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 10 * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    [Theory]
    // Parts that do not fit into their wholes were counted beside them.
    [InlineData(100L, 10L, null, 600L, null, 700L, 10L)]
    [InlineData(100L, 10L, null, null, 40L, 100L, 50L)]
    // So was what a total has more than the wholes.
    [InlineData(1_000L, 10L, 1_610L, 600L, null, 1_600L, 10L)]
    [InlineData(1_000L, 100L, 1_140L, null, 40L, 1_000L, 140L)]
    [InlineData(1_000L, 100L, 1_740L, 600L, 40L, 1_600L, 140L)]
    // What is beside both.
    [InlineData(10L, 5L, 1_000L, 600L, 40L, 955L, 45L)]
    // A whole that is missing is what the total leaves.
    [InlineData(1_000L, null, 1_200L, null, null, 1_000L, 200L)]
    [InlineData(null, 200L, 1_200L, null, null, 1_000L, 200L)]
    [InlineData(0L, 0L, 0L, null, null, 0L, 0L)]
    public async Task What_providers_report_otherwise_is_put_right(long? input, long? output, long? total, long? cached, long? reasoning, long expectedInput, long expectedOutput)
    {
        var (usage, isEstimated, _) = await ChargeAsync(new()
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = total,
            CachedInputTokenCount = cached,
            ReasoningTokenCount = reasoning,
        });

        (usage.InputTokens, usage.OutputTokens).Should().Be(((long?, long?))(expectedInput, expectedOutput));
        isEstimated.Should().BeFalse();
    }

    [Theory]
    [InlineData(null, null, null, 8L, 3L)]
    [InlineData(1_000L, null, null, 1_000L, 3L)]
    [InlineData(null, 200L, null, 8L, 200L)]
    [InlineData(null, null, 100L, 8L, 92L)]
    public async Task What_is_not_reported_is_estimated_and_flagged(long? input, long? output, long? total, long expectedInput, long expectedOutput)
    {
        var (usage, isEstimated, _) = await ChargeAsync(new() { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = total });

        (usage.InputTokens, usage.OutputTokens).Should().Be(((long?, long?))(expectedInput, expectedOutput));
        isEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_provider_with_ways_of_its_own_can_be_mapped()
    {
        var (usage, isEstimated, _) = await ChargeAsync(
            new() { InputTokenCount = 100, OutputTokenCount = 10 },
            options => options.MapUsage = report => BudgetUsage.Tokens(report.Details.InputTokenCount!.Value * 2, report.Details.OutputTokenCount!.Value));

        usage.Should().Be(BudgetUsage.Tokens(200, 10));
        isEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task A_mapping_that_throws_leaves_the_default()
    {
        var (usage, _, _) = await ChargeAsync(new() { InputTokenCount = 100, OutputTokenCount = 10 }, options => options.MapUsage = _ => throw new InvalidOperationException("broken mapping"));

        usage.Should().Be(BudgetUsage.Tokens(100, 10));
    }

    [Theory]
    [InlineData("ephemeral_1h_input_tokens", null)]
    [InlineData("cache_creation.ephemeral_1h_input_tokens", "cache_creation.ephemeral_5m_input_tokens")]
    [InlineData("CacheCreation.Ephemeral1hInputTokens", "CacheCreation.Ephemeral5mInputTokens")]
    public async Task Of_the_cache_writes_the_hours_part_is_priced_apart(string oneHour, string? fiveMinutes)
    {
        AdditionalPropertiesDictionary<long> counts = new() { ["CacheCreationInputTokens"] = 300, [oneHour] = 200 };
        if (fiveMinutes is not null)
            counts[fiveMinutes] = 100;

        var (usage, isEstimated, _) = await ChargeAsync(new() { InputTokenCount = 1_000, CachedInputTokenCount = 50, OutputTokenCount = 10, AdditionalCounts = counts });

        usage.Should().Be(new BudgetUsage { InputTokens = 1_000, CachedInputTokens = 50, CacheWriteTokens = 100, CacheWriteOneHourTokens = 200, OutputTokens = 10 });
        isEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task Cache_writes_that_are_counted_beside_the_prompt_are_put_inside_whichever_way_they_are_told()
    {
        var (usage, _, _) = await ChargeAsync(new()
        {
            InputTokenCount = 100,
            OutputTokenCount = 10,
            AdditionalCounts = new() { ["ephemeral_1h_input_tokens"] = 200, ["ephemeral_5m_input_tokens"] = 100 },
        });

        (usage.InputTokens, usage.CacheWriteTokens, usage.CacheWriteOneHourTokens).Should().Be(((long?, long?, long?))(400L, 100L, 200L));
    }

    [Fact]
    public async Task Counts_under_the_names_of_Google_are_parts_and_no_units()
    {
        var (usage, _, _) = await ChargeAsync(new()
        {
            InputTokenCount = 1_000,
            OutputTokenCount = 200,
            TotalTokenCount = 1_250,
            AdditionalCounts = new() { ["CachedContentTokenCount"] = 600, ["ThoughtsTokenCount"] = 50 },
        });

        usage.Should().Be(new BudgetUsage { InputTokens = 1_000, CachedInputTokens = 600, OutputTokens = 250, ReasoningTokens = 50 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mapping_is_given_the_answer_as_the_SDK_read_it_with_the_request_and_what_is_charged_by_default(bool isStreamed)
    {
        List<ChatUsageReport> reports = [];
        await using var chat = new GuardedChat(
            options => options.MapUsage = report =>
            {
                reports.Add(report);
                var written = report.RawRepresentations.OfType<RawMessage>().First();
                return report.Usage with { CacheWriteTokens = written.FiveMinutes, CacheWriteOneHourTokens = written.OneHour };
            },
            firewall => firewall.Pricing.Models["sonnet"] = ModelPrice.PerMillion(input: 3m, output: 15m, cachedInput: 0.3m) with { CacheWrite = 0.00000375m, CacheWriteOneHour = 0.000006m });
        RawMessage raw = new(FiveMinutes: 1_000, OneHour: 1_500);
        var reported = new UsageDetails
        {
            InputTokenCount = 4_500, CachedInputTokenCount = 1_000, OutputTokenCount = 255, AdditionalCounts = new() { ["CacheCreationInputTokens"] = 2_500 },
        };
        chat.Provider.Answer = (_, _) =>
        {
            var answer = ScriptedChatClient.Text("answer", reported);
            answer.RawRepresentation = raw;
            return Task.FromResult(answer);
        };
        chat.Provider.Stream = token => ScriptedChatClient.Updates(
            [new ChatResponseUpdate(ChatRole.Assistant, "answer") { RawRepresentation = raw }, new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(reported) { RawRepresentation = "usage" }])], token);
        var options = new ChatOptions { ModelId = "sonnet" };

        if (isStreamed)
            await chat.Client.GetStreamingResponseAsync(Prompt, options).ToChatResponseAsync();
        else
            await chat.Client.GetResponseAsync(Prompt, options);

        // Of 1,000 tokens uncached, 1,000 read, 1,000 written for 5 minutes, 1,500 for an hour and 255 answered.
        (await chat.BudgetAsync()).Spent.Should().Be(0.019875m);
        var report = reports.Should().ContainSingle().Which;
        (report.Usage.CacheWriteTokens, report.Request.Model, report.Response is not null).Should().Be(((long?, string?, bool))(2_500L, "sonnet", !isStreamed));
        report.RawRepresentations.Should().Equal(isStreamed ? [raw, "usage"] : [raw]);
        report.Messages.Should().ContainSingle().Which.Text.Should().Be(Prompt);
        report.Options.Should().BeSameAs(options);
        report.IsComplete.Should().BeTrue();
    }

    [Theory]
    [InlineData(null, "batch")]
    [InlineData("flex", "flex")]
    public async Task A_mapping_without_a_tier_has_that_of_the_request_and_one_with_a_tier_its_own(string? mapped, string expected)
    {
        var (usage, _, _) = await ChargeAsync(
            new() { InputTokenCount = 100, OutputTokenCount = 10 },
            options =>
            {
                options.Describe = (_, _, request) => request with { Usage = request.Usage! with { ServiceTier = "batch" } };
                options.MapUsage = report => BudgetUsage.Tokens(200, 10) with { ServiceTier = mapped };
            });

        usage.Should().Be(BudgetUsage.Tokens(200, 10) with { ServiceTier = expected });
    }

    [Theory]
    [InlineData("service_tier")]
    [InlineData("ServiceTier")]
    public async Task The_tier_that_the_answer_reports_beside_its_text_wins_over_that_of_the_request(string name)
    {
        await using var chat = new GuardedChat(options => options.Describe = (_, _, request) => request with { Usage = request.Usage! with { ServiceTier = "priority" } });
        chat.Provider.Answer = (_, _) =>
        {
            var answer = ScriptedChatClient.Text("answer", new() { InputTokenCount = 100, OutputTokenCount = 10 });
            answer.AdditionalProperties = new() { [name] = "flex" };
            return Task.FromResult(answer);
        };

        await chat.Client.GetResponseAsync(Prompt);

        chat.TheSettled.Usage!.ServiceTier.Should().Be("flex");
    }

    [Theory]
    [InlineData("default")]
    [InlineData("auto")]
    [InlineData("standard")]
    public async Task The_standard_tier_of_an_answer_wins_over_the_tier_of_the_request_under_each_of_its_names(string name)
    {
        await using var chat = new GuardedChat(options => options.Describe = (_, _, request) => request with { Usage = request.Usage! with { ServiceTier = "priority" } });
        chat.Provider.Answer = (_, _) =>
        {
            var answer = ScriptedChatClient.Text("answer", new() { InputTokenCount = 100, OutputTokenCount = 10 });
            answer.AdditionalProperties = new() { ["service_tier"] = name };
            return Task.FromResult(answer);
        };

        await chat.Client.GetResponseAsync(Prompt);

        chat.TheSettled.Usage!.ServiceTier.Should().BeNull();
    }

    [Theory]
    [InlineData("CacheCreationInputTokens", 0.004, false, 1)]
    [InlineData("ephemeral_5m_input_tokens", 0.004, false, 0)]
    [InlineData("CacheCreationInputTokens", 0.002, false, 0)]
    [InlineData("CacheCreationInputTokens", 0.004, true, 0)]
    public async Task Cache_writes_without_the_hours_part_are_warned_of_once_where_that_is_dearer(string name, double oneHour, bool isMapped, int warnings)
    {
        using var log = new EventIds();
        await using var chat = new GuardedChat(
            options =>
            {
                options.Calls.LoggerFactory = log;
                options.MapUsage = isMapped ? report => report.Usage : null;
            },
            firewall => firewall.Pricing.Models["claude"] = new ModelPrice { Input = 0.001m, Output = 0.01m, CacheWrite = 0.002m, CacheWriteOneHour = (decimal)oneHour });
        chat.Provider.Answer = (_, _) => Task.FromResult(ScriptedChatClient.Text("answer", new() { InputTokenCount = 100, OutputTokenCount = 10, AdditionalCounts = new() { [name] = 50 } }));

        for (var call = 0; call < 2; call++)
            await chat.Client.GetResponseAsync(Prompt, new() { ModelId = "claude" });

        log.Ids.Count(id => id == 602).Should().Be(warnings);
    }

    [Fact]
    public async Task An_answer_with_images_whose_tokens_nobody_tells_apart_is_priced_as_images()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Answer = (_, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [new DataContent("data:image/png;base64,AAAA")]))
        {
            Usage = new() { InputTokenCount = 100, OutputTokenCount = 1_290, TotalTokenCount = 1_390 },
        });

        await chat.Client.GetResponseAsync(Prompt);

        chat.TheSettled.Usage!.Units.Should().Equal(new Dictionary<string, decimal> { ["image"] = 1 });
        (await chat.BudgetAsync()).Spent.Should().Be((100 * 0.001m) + (1_290 * 0.04m));
    }

    private sealed record RawMessage(long FiveMinutes, long OneHour);

    private static async Task<(BudgetUsage Usage, bool IsEstimated, decimal Cost)> ChargeAsync(UsageDetails reported, Action<BudgetChatOptions>? configure = null)
    {
        await using var chat = new GuardedChat(configure);
        chat.Provider.Answer = (_, _) => Task.FromResult(ScriptedChatClient.Text("123456789", reported));
        await chat.Client.GetResponseAsync(Prompt);
        var (spent, held) = await chat.BudgetAsync();
        held.Should().Be(0m);
        return (chat.TheSettled.Usage!, chat.TheSettled.IsEstimated, spent);
    }
}
