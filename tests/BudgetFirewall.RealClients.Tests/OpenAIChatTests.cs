using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class OpenAIChatTests
{
    private const string Prompt = "What will the weather be?";

    [Fact]
    public async Task An_answer_is_charged_by_the_usage_that_the_provider_tells()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_234, 567)));
        using var chat = guarded.Chat();
        var response = await chat.GetResponseAsync(Prompt);
        response.Text.Should().Be("Sunny.");
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task Cached_tokens_are_charged_at_their_own_price_and_a_fraction_of_a_nano_is_rounded_up_once()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(2_049, 5) { Cached = 2_047 }));
        using var chat = guarded.Chat();
        await chat.GetResponseAsync(Prompt);
        // 2 x 250 + 2,047 x 27.5 + 5 x 2,000 nanos are 66,792.5.
        guarded.Provider.Billed.Should().Be(0.000066793m);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task Reasoning_tokens_lie_inside_the_answer_and_are_charged_at_their_own_price()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(77, 1_003) { Reasoning = 961 }));
        using var chat = guarded.Chat(Tariff.Reasoner);
        await chat.GetResponseAsync(Prompt);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task A_call_in_a_service_tier_that_the_request_names_is_charged_at_that_tier()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("Sunny.", new(1_001, 333) { Cached = 501, Tier = Tariff.Flex }));
        using var chat = guarded.Chat(configure: options => options.Describe = (_, _, request) => request with { Usage = request.Usage! with { ServiceTier = Tariff.Flex } });
        await chat.GetResponseAsync(Prompt);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task An_answer_without_usage_is_charged_by_the_estimate_of_prompt_and_answer()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("It will be sunny.", new(9, 9)) with { TellsUsage = false });
        using var chat = guarded.Chat();
        await chat.GetResponseAsync(Prompt);
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), Estimates.OfText("It will be sunny."))), requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_call_that_the_budget_refuses_does_not_reach_the_provider()
    {
        await using var guarded = await GuardedProvider.StartAsync(limit: 0.0005m);
        using var chat = guarded.Chat();
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<BudgetExceededException>();
        await guarded.ChargedAsync(0m, requests: 0);
    }

    [Fact]
    public async Task Many_calls_at_once_never_pass_the_limit_and_are_charged_to_the_nano()
    {
        // Each call holds at most what it is billed, so that exactly as many are let through as the limit pays for.
        var reported = new ReportedUsage(Estimates.OfMessage(Prompt), 1_000);
        var price = Tariff.Bill(Tariff.Chat, reported);
        await using var guarded = await GuardedProvider.StartAsync(limit: 20 * price);
        guarded.Provider.Answer = _ => Reply.Says("Sunny.", reported);
        using var chat = guarded.Chat();
        var calls = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TryAsync(chat)));
        // Those that were refused while others held what they did not need in the end may come again.
        while (await TryAsync(chat))
        {
        }
        calls.Count(isAnswered => isAnswered).Should().BeInRange(1, 20);
        await guarded.ChargedWhatWasBilledAsync(requests: 20);
    }

    private static async Task<bool> TryAsync(IChatClient chat)
    {
        try
        {
            await chat.GetResponseAsync(Prompt);
            return true;
        }
        catch (BudgetExceededException)
        {
            return false;
        }
    }
}
