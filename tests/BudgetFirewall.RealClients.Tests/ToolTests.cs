using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class ToolTests
{
    private const string Prompt = "What will the weather be in Oslo?";
    private static readonly ReportedUsage FirstTurn = new(311, 23);
    private static readonly ReportedUsage SecondTurn = new(353, 41) { Cached = 256 };

    [Fact]
    public async Task Every_turn_of_a_model_that_calls_tools_is_charged_by_its_own_usage()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", FirstTurn), Reply.Says("Rain in Oslo.", SecondTurn));
        using var chat = guarded.Chat().AsBuilder().UseFunctionInvocation().Build();
        var response = await chat.GetResponseAsync(Prompt, WithTool());
        response.Text.Should().Be("Rain in Oslo.");
        guarded.Settled.Count.Should().Be(2);
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task Every_turn_of_a_stream_that_calls_tools_is_charged_by_its_own_usage()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", FirstTurn), Reply.Says("Rain in Oslo.", SecondTurn));
        using var chat = guarded.Chat().AsBuilder().UseFunctionInvocation().Build();
        var text = "";
        await foreach (var update in chat.GetStreamingResponseAsync(Prompt, WithTool()))
            text += update.Text;
        text.Should().Be("Rain in Oslo.");
        guarded.Settled.Count.Should().Be(2);
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_guard_around_the_tool_calls_charges_all_turns_as_one_call()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", FirstTurn), Reply.Says("Rain in Oslo.", SecondTurn));
        using var chat = guarded.Guard(guarded.OpenAI().GetChatClient(Tariff.Chat).AsIChatClient().AsBuilder().UseFunctionInvocation().Build());
        await chat.GetResponseAsync(Prompt, WithTool());
        guarded.Settled.Should().ContainSingle();
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_guard_around_the_tool_calls_of_a_stream_charges_all_turns_as_one_call()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", FirstTurn), Reply.Says("Rain in Oslo.", SecondTurn));
        using var chat = guarded.Guard(guarded.OpenAI().GetChatClient(Tariff.Chat).AsIChatClient().AsBuilder().UseFunctionInvocation().Build());
        await foreach (var update in chat.GetStreamingResponseAsync(Prompt, WithTool()))
            update.Should().NotBeNull();
        guarded.Settled.Should().ContainSingle();
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
    }

    [Fact]
    public async Task A_turn_that_the_budget_refuses_ends_the_run_and_only_the_turns_before_it_are_charged()
    {
        var held = Tariff.Bill(Tariff.Chat, new(600, 1_000));
        await using var guarded = await GuardedProvider.StartAsync(limit: held);
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", new(500, 900)));
        using var chat = guarded.Chat().AsBuilder().UseFunctionInvocation().Build();
        await FluentActions.Awaiting(() => chat.GetResponseAsync(Prompt, WithTool())).Should().ThrowExactlyAsync<BudgetExceededException>();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    private static ChatOptions WithTool() => new() { Tools = [AIFunctionFactory.Create((string city) => $"Rain in {city}.", "forecast", "The weather to come.")] };
}
