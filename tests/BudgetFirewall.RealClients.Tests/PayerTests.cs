using System.Runtime.CompilerServices;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>The payer of each turn of a stream that calls tools, wherever the stream is read.</summary>
public sealed class PayerTests
{
    private static readonly ReportedUsage FirstTurn = new(311, 23);
    private static readonly ReportedUsage SecondTurn = new(353, 41) { Cached = 256 };

    [Fact]
    public async Task The_user_who_asks_for_a_stream_pays_for_every_turn_whoever_reads_it()
    {
        await using var guarded = await StartAsync();
        using var chat = WithTools(guarded);
        IAsyncEnumerable<ChatResponseUpdate> stream;
        using (BudgetScopeContext.Begin(userId: "alice"))
            stream = chat.GetStreamingResponseAsync("The weather?", Tools());
        using (BudgetScopeContext.Begin(userId: "reader"))
            (await stream.ToChatResponseAsync()).Text.Should().Be("Rain in Oslo.");
        await PaidAsync(guarded, "alice");
        (await guarded.BudgetAsync(BudgetScope.User("reader"))).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task The_user_whom_an_iterator_names_pays_for_every_turn_before_and_after_each_yield()
    {
        await using var guarded = await StartAsync();
        using var chat = WithTools(guarded);
        var text = "";
        await foreach (var part in AnswerAsync(chat, "bob"))
            text += part;
        text.Should().Be("Rain in Oslo.");
        await PaidAsync(guarded, "bob");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_user_whom_the_options_name_pays_for_every_turn_and_the_provider_is_not_told(bool isStreamed)
    {
        await using var guarded = await StartAsync();
        using var chat = guarded.Chat().AsBuilder().UseFunctionInvocation().Build();
        var options = Tools().WithBudgetUser("carol");
        var response = isStreamed
            ? await chat.GetStreamingResponseAsync("The weather?", options).ToChatResponseAsync()
            : await chat.GetResponseAsync("The weather?", options);
        response.Text.Should().Be("Rain in Oslo.");
        await PaidAsync(guarded, "carol");
        guarded.Provider.Received.Should().NotContain(request => request.Mentions("carol"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_user_whom_a_middleware_of_an_agent_names_pays_for_every_turn(bool isStreamed)
    {
        await using var guarded = await StartAsync();
        using var chat = guarded.Chat();
        var agent = new ChatClientAgent(chat, tools: Tools().Tools).AsBuilder().Use(RunAsync, RunStreamingAsync).Build();
        var text = isStreamed ? await ReadAsync(agent.RunStreamingAsync("The weather?")) : (await agent.RunAsync("The weather?")).Text;
        text.Should().Be("Rain in Oslo.");
        await PaidAsync(guarded, "dora");

        static async Task<AgentResponse> RunAsync(IEnumerable<ChatMessage> messages, AgentSession? session, AgentRunOptions? options, AIAgent inner, CancellationToken cancellationToken)
        {
            using var payer = BudgetScopeContext.Begin(userId: "dora");
            return await inner.RunAsync(messages, session, options, cancellationToken);
        }

        static IAsyncEnumerable<AgentResponseUpdate> RunStreamingAsync(
            IEnumerable<ChatMessage> messages, AgentSession? session, AgentRunOptions? options, AIAgent inner, CancellationToken cancellationToken)
        {
            using var payer = BudgetScopeContext.Begin(userId: "dora");
            return inner.RunStreamingAsync(messages, session, options, cancellationToken).WithBudgetScope();
        }
    }

    [Fact]
    public async Task Ten_users_whose_streams_are_all_read_in_one_place_pay_each_for_their_own_turns()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = request => request.HasToolResult
            ? Reply.Says("Rain in Oslo.", new(400 + NumberOf(request), 30 + NumberOf(request)))
            : Reply.Asks("forecast", """{"city":"Oslo"}""", new(200 + NumberOf(request), 10 + NumberOf(request)));
        using var chat = guarded.Chat();
        var agent = new ChatClientAgent(chat);
        var streams = Enumerable.Range(1, 10)
            .Select(number => agent.RunStreamingAsync($"I am user {number}, the weather?", options: new ChatClientAgentRunOptions(Tools().WithBudgetUser($"user-{number}"))))
            .ToArray();
        using (BudgetScopeContext.Begin(userId: "reader"))
            (await Task.WhenAll(streams.Select(ReadAsync))).Should().AllSatisfy(text => text.Should().Be("Rain in Oslo."));
        await guarded.ChargedWhatWasBilledAsync(requests: 20);
        foreach (var bills in guarded.Provider.Bills.GroupBy(bill => NumberOf(bill.Request)))
            (await guarded.BudgetAsync(BudgetScope.User($"user-{bills.Key}"))).Should().Be((bills.Sum(bill => bill.Amount), 0m));

        static int NumberOf(ReceivedRequest request) => Enumerable.Range(1, 10).Single(number => request.Mentions($"user {number},"));
    }

    private static async Task<GuardedProvider> StartAsync()
    {
        var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", FirstTurn), Reply.Says("Rain in Oslo.", SecondTurn));
        return guarded;
    }

    /// <summary>A client that calls tools around the guard, and around that what carries the payer.</summary>
    private static IChatClient WithTools(GuardedProvider guarded) => guarded.Chat().AsBuilder().Use(inner => inner.WithBudgetScope()).UseFunctionInvocation().Build();

    private static ChatOptions Tools() => new() { Tools = [AIFunctionFactory.Create((string city) => $"Rain in {city}.", "forecast", "The weather to come.")] };

    private static async IAsyncEnumerable<string> AnswerAsync(IChatClient chat, string userId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var payer = BudgetScopeContext.Begin(userId: userId);
        await foreach (var update in chat.GetStreamingResponseAsync("The weather?", Tools(), cancellationToken))
            yield return update.Text;
    }

    private static async Task<string> ReadAsync(IAsyncEnumerable<AgentResponseUpdate> updates)
    {
        var text = "";
        await foreach (var update in updates)
            text += update.Text;
        return text;
    }

    private static async Task PaidAsync(GuardedProvider guarded, string userId)
    {
        await guarded.ChargedWhatWasBilledAsync(requests: 2);
        (await guarded.BudgetAsync(BudgetScope.User(userId))).Should().Be((guarded.Provider.Billed, 0m));
    }
}
