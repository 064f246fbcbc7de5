using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class AgentTests
{
    private const int Users = 10;
    private const int Runs = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_users_of_one_agent_that_calls_tools_pay_each_for_their_own_turns(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = Turn;
        using var chat = guarded.Chat();
        var agent = Weatherman(chat);
        await Task.WhenAll(Enumerable.Range(1, Users).Select(number => RunAsync(agent, number, isStreamed)));
        await guarded.ChargedWhatWasBilledAsync(requests: Users * Runs * 2);
        await EachPaidForTheirOwnAsync(guarded);
        guarded.Settled.Should().AllSatisfy(call => call.IsEstimated.Should().BeFalse());
    }

    [Fact]
    public async Task An_agent_whose_user_has_nothing_left_is_stopped_and_the_others_go_on()
    {
        // A turn holds 2,000,000 nanos of output and some input: enough for one turn of everybody, not for two.
        await using var guarded = await GuardedProvider.StartAsync(userLimit: 0.0025m);
        guarded.Provider.Answer = request => request.HasToolResult ? Reply.Says("Rain.", new(50, 10)) : Reply.Asks("forecast", """{"city":"Oslo"}""", new(40, request.Mentions("user 1,") ? 900 : 10));
        using var chat = guarded.Chat();
        var agent = Weatherman(chat);
        using (BudgetScopeContext.Begin(userId: "user-1"))
            await FluentActions.Awaiting(() => agent.RunAsync(Question(1))).Should().ThrowExactlyAsync<BudgetExceededException>();
        using (BudgetScopeContext.Begin(userId: "user-2"))
            (await agent.RunAsync(Question(2))).Text.Should().Be("Rain.");
        await guarded.ChargedWhatWasBilledAsync(requests: 3);
    }

    private static ChatClientAgent Weatherman(IChatClient chat) => new(chat, "You know the weather.", "weatherman", "Tells the weather.",
        [AIFunctionFactory.Create(async (string city) =>
        {
            await Task.Yield();
            return $"Rain in {city}.";
        }, "forecast", "The weather to come.")]);

    private static async Task RunAsync(ChatClientAgent agent, int number, bool isStreamed)
    {
        using var payer = BudgetScopeContext.Begin(userId: $"user-{number}");
        for (var run = 0; run < Runs; run++)
        {
            var text = "";
            if (isStreamed)
            {
                await foreach (var update in agent.RunStreamingAsync(Question(number)))
                    text += update.Text;
            }
            else
            {
                text = (await agent.RunAsync(Question(number))).Text;
            }
            text.Should().Be($"Rain for {number}.");
        }
    }

    private static string Question(int number) => $"I am user {number}, what will the weather be?";

    // Every user is reported other tokens, so that a charge to the wrong one shows.
    private static Reply Turn(ReceivedRequest request)
    {
        var number = NumberOf(request);
        return request.HasToolResult
            ? Reply.Says($"Rain for {number}.", new(400 + number, 30 + number) { Cached = 200 + number })
            : Reply.Asks("forecast", """{"city":"Oslo"}""", new(200 + number, 10 + number));
    }

    private static int NumberOf(ReceivedRequest request) => Enumerable.Range(1, Users).Single(number => request.Mentions($"user {number},"));

    private static async Task EachPaidForTheirOwnAsync(GuardedProvider guarded)
    {
        foreach (var bills in guarded.Provider.Bills.GroupBy(bill => NumberOf(bill.Request)))
            (await guarded.BudgetAsync(BudgetScope.User($"user-{bills.Key}"))).Should().Be((bills.Sum(bill => bill.Amount), 0m));
    }
}
