using Microsoft.Extensions.AI;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A tool that is denied inside the loop of FunctionInvokingChatClient, which catches what tools throw.</summary>
public sealed class DeniedToolTests
{
    [Fact]
    public async Task Without_the_option_the_model_is_told_of_the_denial_and_goes_on()
    {
        await using var chat = Chat(throws: false);
        using var loop = Loop(chat);

        (await loop.GetResponseAsync("What does it cost?", Tools(chat))).Text.Should().Be("I could not look it up.");

        chat.Provider.Calls.Should().Be(2);
    }

    [Fact]
    public async Task With_it_the_denial_ends_the_loop_and_reaches_the_caller()
    {
        await using var chat = Chat(throws: true);
        using var loop = Loop(chat);

        var denied = (await FluentActions.Awaiting(() => loop.GetResponseAsync("What does it cost?", Tools(chat))).Should().ThrowExactlyAsync<BudgetExceededException>()).Which;

        denied.Decision.DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(BudgetScope.Provider("finnhub"));
        chat.Provider.Calls.Should().Be(1);
        (await chat.BudgetAsync()).Held.Should().Be(0m);
    }

    [Fact]
    public async Task So_it_does_where_the_answer_is_streamed()
    {
        await using var chat = Chat(throws: true);
        using var loop = Loop(chat);

        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in loop.GetStreamingResponseAsync("What does it cost?", Tools(chat)))
            {
            }
        }).Should().ThrowExactlyAsync<BudgetExceededException>();

        chat.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_tool_that_fails_otherwise_is_the_models_to_deal_with()
    {
        await using var chat = Chat(throws: true);
        using var loop = Loop(chat);

        (await loop.GetResponseAsync("What does it cost?", new ChatOptions { Tools = [AIFunctionFactory.Create(string () => throw new InvalidOperationException("broken"), "quote")] }))
            .Text.Should().Be("I could not look it up.");
    }

    [Fact]
    public async Task A_denial_of_an_earlier_turn_is_over()
    {
        await using var chat = Chat(throws: true);
        chat.Provider.Answer = (_, _) => Task.FromResult(Text("ok"));
        var denial = new BudgetExceededException(new BudgetDecision { Outcome = DecisionOutcome.BudgetExceeded });
        var answer = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "Error") { Exception = denial }]);

        var response = await chat.Client.GetResponseAsync([new(ChatRole.User, "What does it cost?"), answer, new(ChatRole.Assistant, "I do not know."), new(ChatRole.User, "Well then")]);

        response.Text.Should().Be("ok");
        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync([new(ChatRole.User, "What does it cost?"), answer])).Should().ThrowExactlyAsync<BudgetExceededException>();
    }

    private static GuardedChat Chat(bool throws)
    {
        var chat = new GuardedChat(options => options.ThrowOnDeniedTool = throws, options => options.Budgets.Add(new Budget { Scope = BudgetScope.Provider("finnhub"), Limit = 0m }));
        ChatMessage Next(IReadOnlyList<ChatMessage> messages) => messages[^1].Role == ChatRole.Tool
            ? new(ChatRole.Assistant, "I could not look it up.")
            : new(ChatRole.Assistant, [new FunctionCallContent("1", "quote")]);
        chat.Provider.Answer = (messages, _) => Task.FromResult(new ChatResponse(Next(messages)) { Usage = Tokens(1, 1) });
        chat.Provider.StreamOf = (messages, token) => Updates([new ChatResponseUpdate(ChatRole.Assistant, Next(messages).Contents), Tokens(1, 1)], token);
        return chat;
    }

    private static IChatClient Loop(GuardedChat chat) => new ChatClientBuilder(chat.Client).UseFunctionInvocation().Build();

    private static ChatOptions Tools(GuardedChat chat) => new()
    {
        Tools = [AIFunctionFactory.Create(async () => (await chat.Firewall.SpendAsync(new() { Provider = "finnhub", Cost = 0.01m })).Cost, "quote")],
    };
}
