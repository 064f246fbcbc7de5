using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>Who pays for the calls of a client that calls tools, whose later calls are made while its stream is read. Each question takes two calls of the model, of 100 and 200 input tokens.</summary>
public sealed class PayerTests : IAsyncDisposable
{
    private const decimal FirstCall = 100 * InputPrice + 10 * OutputPrice;
    private const decimal SecondCall = 200 * InputPrice + 20 * OutputPrice;

    private readonly GuardedChat _chat = new(firewall: options =>
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m });
        options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 100m });
    });

    private readonly List<string?> _payersOfTools = [];

    public PayerTests()
    {
        _chat.Provider.Answer = (messages, _) => Task.FromResult(HasResult(messages) ? Text("It rains.", Tokens(200, 20)) : new ChatResponse(Asking()) { Usage = Tokens(100, 10) });
        _chat.Provider.StreamOf = StreamAsync;
    }

    [Fact]
    public async Task Alice_pays_for_both_calls_of_her_stream_however_it_is_read()
    {
        using var client = ToolsOutside();
        IAsyncEnumerable<ChatResponseUpdate> stream;
        using (BudgetScopeContext.Begin(userId: "alice"))
            stream = client.GetStreamingResponseAsync("How is the weather?", WithTool());

        using (BudgetScopeContext.Begin(userId: "bob"))
            (await stream.ToChatResponseAsync()).Text.Should().EndWith("It rains.");

        (await SpentAsync("alice")).Should().Be(FirstCall + SecondCall);
        (await SpentAsync("bob")).Should().Be(0m);
        _payersOfTools.Should().Equal("alice");
    }

    [Fact]
    public async Task In_an_iterator_of_the_application_that_begins_a_scope_and_yields_the_scope_pays_for_all_calls()
    {
        using var client = ToolsOutside();

        using (BudgetScopeContext.Begin(userId: "bob"))
        {
            await foreach (var text in AnswerAsync())
                text.Should().NotBeNull();
        }

        (await SpentAsync("alice")).Should().Be(FirstCall + SecondCall);
        (await SpentAsync("bob")).Should().Be(0m);

        async IAsyncEnumerable<string> AnswerAsync()
        {
            using (BudgetScopeContext.Begin(userId: "alice"))
            {
                await foreach (var update in client.GetStreamingResponseAsync("How is the weather?", WithTool()))
                    yield return update.Text;
            }
        }
    }

    [Fact]
    public async Task An_iterator_that_carries_its_scope_has_all_its_calls_paid_by_it_without_the_clients_help()
    {
        using var client = new FunctionInvokingChatClient(_chat.Client);

        await foreach (var _ in AnswerAsync().WithBudgetScope(new BudgetScopeContext { UserId = "alice" }))
        {
        }

        (await SpentAsync("alice")).Should().Be((FirstCall + SecondCall) * 2);

        async IAsyncEnumerable<string> AnswerAsync()
        {
            for (var question = 0; question < 2; question++)
            {
                await foreach (var update in client.GetStreamingResponseAsync("How is the weather?", WithTool()))
                    yield return update.Text;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nobody_is_named_at_the_call_the_first_reader_of_the_stream_pays_for_all_of_it(bool carriesScope)
    {
        using var client = carriesScope ? ToolsOutside() : new FunctionInvokingChatClient(_chat.Provider).WithBudget(_chat.Firewall);
        await using var stream = client.GetStreamingResponseAsync("How is the weather?", WithTool()).GetAsyncEnumerator();

        using (BudgetScopeContext.Begin(userId: "alice"))
            (await stream.MoveNextAsync()).Should().BeTrue();
        using (BudgetScopeContext.Begin(userId: "bob"))
        {
            while (await stream.MoveNextAsync())
                BudgetScopeContext.Current!.UserId.Should().Be("bob");
        }

        (await SpentAsync("alice")).Should().Be(FirstCall + SecondCall);
        (await SpentAsync("bob")).Should().Be(0m);
        _payersOfTools.Should().Equal("alice");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_without_a_payer_that_is_read_twice_is_paid_by_each_of_its_readers(bool carriesScope)
    {
        using var client = carriesScope ? _chat.Client.WithBudgetScope() : new ChatClientBuilder(_chat.Client).Build();
        var stream = client.GetStreamingResponseAsync("How is the weather?");

        foreach (var user in new[] { "alice", "bob" })
        {
            using (BudgetScopeContext.Begin(userId: user))
                await stream.ToChatResponseAsync();
        }
        await stream.ToChatResponseAsync();

        (await SpentAsync("alice"), await SpentAsync("bob")).Should().Be((FirstCall, FirstCall));
        (await _chat.BudgetAsync()).Should().Be((3 * FirstCall, 0m));
    }

    [Fact]
    public async Task What_Describe_has_named_stays_and_the_reader_of_the_stream_pays_for_what_is_left_open()
    {
        using var client = _chat.Provider.WithBudget(_chat.Firewall, options => options.Describe = (_, _, request) => request with { UserId = "alice" });
        var stream = client.GetStreamingResponseAsync("How is the weather?");

        using (BudgetScopeContext.Begin(userId: "bob", projectId: "search"))
            await stream.ToChatResponseAsync();

        (await SpentAsync("alice"), await SpentAsync("bob")).Should().Be((FirstCall, 0m));
        (await _chat.BudgetAsync(BudgetScope.Project("search"))).Spent.Should().Be(FirstCall);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_payer_that_the_options_name_pays_for_all_calls_and_wins_over_the_ambient_one(bool isStreamed)
    {
        using var client = new FunctionInvokingChatClient(_chat.Client);
        var options = WithTool().WithBudgetUser("alice");

        using (BudgetScopeContext.Begin(userId: "bob", projectId: "search"))
        {
            if (isStreamed)
                await client.GetStreamingResponseAsync("How is the weather?", options).ToChatResponseAsync();
            else
                await client.GetResponseAsync("How is the weather?", options);
        }

        (await SpentAsync("alice")).Should().Be(FirstCall + SecondCall);
        (await SpentAsync("bob")).Should().Be(0m);
        (await _chat.BudgetAsync(BudgetScope.Project("search"))).Spent.Should().Be(FirstCall + SecondCall);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tools_within_the_guard_and_the_calls_that_they_make_have_the_payer_of_the_call(bool isStreamed)
    {
        using var client = new FunctionInvokingChatClient(_chat.Provider).WithBudget(_chat.Firewall);
        var options = WithTool(() => _chat.Client.GetResponseAsync("Which weather?", new ChatOptions { ModelId = Model })).WithBudgetScope(new BudgetScopeContext { UserId = "alice" });

        if (isStreamed)
            await foreach (var update in client.GetStreamingResponseAsync("How is the weather?", options))
                BudgetScopeContext.Current.Should().BeNull();
        else
            await client.GetResponseAsync("How is the weather?", options);

        _payersOfTools.Should().Equal("alice");
        _chat.TheSettled.Request.UserId.Should().Be("alice");
    }

    [Fact]
    public async Task Ten_users_at_once_pay_exactly_for_their_own_calls()
    {
        using var client = ToolsOutside();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(user => Task.Run(async () =>
        {
            for (var question = 0; question <= user; question++)
            {
                IAsyncEnumerable<ChatResponseUpdate> stream;
                using (BudgetScopeContext.Begin(userId: $"user{user}"))
                    stream = client.GetStreamingResponseAsync("How is the weather?", WithTool());
                await stream.ToChatResponseAsync();
            }
        })));

        for (var user = 0; user < 10; user++)
            (await SpentAsync($"user{user}")).Should().Be((FirstCall + SecondCall) * (user + 1));
        (await _chat.BudgetAsync()).Should().Be(((FirstCall + SecondCall) * 55, 0m));
    }

    [Fact]
    public async Task The_provider_is_not_told_who_pays_and_the_options_of_the_caller_stay_as_they_were()
    {
        var shared = new ChatOptions { Temperature = 0.5f, AdditionalProperties = new() { ["own"] = 1 } };
        var alices = shared.WithBudgetUser("alice");

        await _chat.Client.GetResponseAsync(Prompt, alices);
        await _chat.Client.GetResponseAsync(Prompt, new ChatOptions().WithBudgetUser("alice"));

        shared.AdditionalProperties!.Keys.Should().Equal("own");
        alices.AdditionalProperties![BudgetPayerExtensions.Key].Should().Be(new BudgetScopeContext { UserId = "alice" });
        var sent = _chat.Provider.Received[0].Options!;
        (sent.Temperature, sent.AdditionalProperties!["own"]).Should().Be(((float?, object?))(0.5f, 1));
        sent.AdditionalProperties.ContainsKey(BudgetPayerExtensions.Key).Should().BeFalse();
        _chat.Provider.Received[1].Options!.AdditionalProperties.Should().BeNull();
    }

    [Fact]
    public async Task A_payer_can_be_named_by_its_key_as_the_id_of_a_user_and_by_nothing_else()
    {
        await _chat.Client.GetResponseAsync(Prompt, new ChatOptions { AdditionalProperties = new() { ["budgetfirewall.payer"] = "alice" } });
        var wrong = new ChatOptions { AdditionalProperties = new() { ["budgetfirewall.payer"] = 7 } };

        var refused = (await FluentActions.Awaiting(() => _chat.Client.GetResponseAsync(Prompt, wrong)).Should().ThrowExactlyAsync<ArgumentException>()).Which;

        refused.Message.Should().Contain("AdditionalProperties[\"budgetfirewall.payer\"]");
        _chat.Provider.Calls.Should().Be(1);
        _chat.TheSettled.Request.UserId.Should().Be("alice");
    }

    [Fact]
    public void Payers_that_options_are_given_one_after_another_are_one_payer()
    {
        var options = new ChatOptions().WithBudgetScope(new BudgetScopeContext { ProjectId = "search" }).WithBudgetUser("alice");

        options.AdditionalProperties![BudgetPayerExtensions.Key].Should().Be(new BudgetScopeContext { UserId = "alice", ProjectId = "search" });
        FluentActions.Invoking(() => options.WithBudgetUser("")).Should().ThrowExactly<ArgumentException>();
        ((ChatOptions?)null).WithBudgetUser("alice").AdditionalProperties.Should().NotBeNull();
    }

    public ValueTask DisposeAsync() => _chat.DisposeAsync();

    private IChatClient ToolsOutside() => new ChatClientBuilder(_chat.Client).Use(inner => inner.WithBudgetScope()).UseFunctionInvocation().Build();

    private ChatOptions WithTool(Func<Task>? call = null) => new()
    {
        MaxOutputTokens = 100,
        Tools =
        [
            AIFunctionFactory.Create(
                async () =>
                {
                    lock (_payersOfTools)
                        _payersOfTools.Add(BudgetScopeContext.Current?.UserId);
                    await (call?.Invoke() ?? Task.CompletedTask);
                    return "rain";
                },
                "weather"),
        ],
    };

    private async Task<decimal> SpentAsync(string user) => (await _chat.BudgetAsync(BudgetScope.User(user))).Spent;

    private static bool HasResult(IReadOnlyList<ChatMessage> messages) => messages.Any(message => message.Contents.Any(content => content is FunctionResultContent)) || messages[^1].Text == "Which weather?";

    private static ChatMessage Asking() => new(ChatRole.Assistant, [new FunctionCallContent("call", "weather")]);

    private static async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(IReadOnlyList<ChatMessage> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        var hasResult = HasResult(messages);
        if (hasResult)
            yield return Update("It rains.");
        else
            yield return new(ChatRole.Assistant, Asking().Contents);
        await Task.Yield();
        yield return Update(hasResult ? Tokens(200, 20) : Tokens(100, 10));
    }
}
