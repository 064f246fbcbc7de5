using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

public sealed class ChatTests
{
    [Fact]
    public async Task A_call_is_held_at_its_estimate_and_charged_at_its_usage()
    {
        await using var chat = new GuardedChat();
        var whileRunning = (Spent: -1m, Held: -1m);
        chat.Provider.Answer = async (_, _) =>
        {
            whileRunning = await chat.BudgetAsync();
            return Text("General Kenobi", Tokens(10, 20));
        };

        var response = await chat.Client.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 100 });

        response.Text.Should().Be("General Kenobi");
        whileRunning.Should().Be((0m, PromptTokens * InputPrice + 100 * OutputPrice));
        (await chat.BudgetAsync()).Should().Be((10 * InputPrice + 20 * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeFalse();
        (await chat.BudgetAsync()).Spent.Should().Be(chat.TheSettled.Receipt!.Cost);
    }

    [Fact]
    public async Task A_call_that_does_not_fit_is_not_made()
    {
        await using var chat = new GuardedChat(firewall: options => options.Budgets[0] = options.Budgets[0] with { Limit = 0.5m });

        var denied = (await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 100 })).Should().ThrowExactlyAsync<BudgetExceededException>()).Which;

        denied.Decision.Cost.Should().Be(PromptTokens * InputPrice + 100 * OutputPrice);
        chat.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_model_without_a_price_is_not_called()
    {
        await using var chat = new GuardedChat();

        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt, new ChatOptions { ModelId = "surprise" })).Should().ThrowExactlyAsync<UnknownPriceException>();

        chat.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task Of_many_calls_at_once_those_that_fit_are_made()
    {
        await using var chat = new GuardedChat(firewall: options => options.Budgets[0] = options.Budgets[0] with { Limit = 50 * 1.008m });
        chat.Provider.Answer = async (_, _) =>
        {
            await Task.Yield();
            return Text("no more and no less", Tokens(PromptTokens, 100));
        };

        var made = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            try
            {
                await chat.Client.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 100 });
                return 1;
            }
            catch (BudgetExceededException)
            {
                return 0;
            }
        })));

        made.Sum().Should().Be(50);
        chat.Provider.Calls.Should().Be(50);
        (await chat.BudgetAsync()).Should().Be((50.4m, 0m));
    }

    [Fact]
    public async Task Without_a_usage_the_estimate_of_prompt_and_answer_is_charged_and_flagged()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Answer = (_, _) => Task.FromResult(Text("123456789"));

        await chat.Client.GetResponseAsync(Prompt);

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 3 * OutputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_usage_of_zero_costs_nothing()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Answer = (_, _) => Task.FromResult(Text("from a cache of theirs", Tokens(0, 0)));

        await chat.Client.GetResponseAsync(Prompt);

        (await chat.BudgetAsync()).Should().Be((0m, 0m));
        chat.TheSettled.IsEstimated.Should().BeFalse();
        chat.TheSettled.Receipt!.Cost.Should().Be(0m);
    }

    [Fact]
    public async Task A_call_that_the_provider_refuses_is_not_charged()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Answer = (_, _) => throw new StatusException(429);

        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<StatusException>();

        (await chat.BudgetAsync()).Should().Be((0m, 0m));
        chat.TheSettled.Usage.Should().BeNull();
    }

    [Fact]
    public async Task A_call_cancelled_under_way_is_charged_for_its_prompt()
    {
        await using var chat = new GuardedChat();
        using var cancellation = new CancellationTokenSource();
        chat.Provider.Answer = async (_, token) =>
        {
            await cancellation.CancelAsync();
            token.ThrowIfCancellationRequested();
            return Text("never");
        };

        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt, cancellationToken: cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    public static TheoryData<Exception> Unreadable => [new JsonException("no JSON"), new StatusException(200), new ArgumentOutOfRangeException("value", "Unknown ChatFinishReason value.")];

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task An_answer_that_the_SDK_cannot_read_is_charged_what_was_held_for_it_and_flagged(Exception failure)
    {
        await using var chat = new GuardedChat(options => options.Describe = (_, _, request) => request with { Usage = request.Usage! with { ServiceTier = "flex" } });
        chat.Provider.Answer = (_, _) => throw failure;

        (await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 100 })).Should().ThrowAsync<Exception>()).Which.Should().BeOfType(failure.GetType());

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 100 * OutputPrice, 0m));
        (chat.TheSettled.IsEstimated, chat.TheSettled.Usage!.ServiceTier).Should().Be((true, "flex"));
    }

    [Fact]
    public async Task A_failure_of_which_nothing_is_known_is_charged_for_the_prompt()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Answer = (_, _) => throw new InvalidOperationException("The requested operation requires an element of type 'Object'.");

        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<InvalidOperationException>();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice, 0m));
        chat.TheSettled.IsEstimated.Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_is_cancelled_before_it_is_made_is_not_charged(bool isStreamed)
    {
        using var cancellation = new CancellationTokenSource();
        await using var chat = new GuardedChat(options => options.Describe = (_, _, request) =>
        {
            cancellation.Cancel();
            return request;
        });

        await FluentActions.Awaiting(() => isStreamed
            ? chat.ReadAsync(cancellation.Token)
            : chat.Client.GetResponseAsync(Prompt, cancellationToken: cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();

        chat.Provider.Calls.Should().Be(0);
        (await chat.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task What_failures_are_charged_can_be_chosen()
    {
        await using var chat = new GuardedChat(options => options.IsFailureCharged = _ => true);
        chat.Provider.Answer = (_, _) => throw new InvalidOperationException("after the work was done");

        await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<InvalidOperationException>();

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice, 0m));
    }

    [Fact]
    public async Task In_a_loop_of_tools_each_call_of_the_model_is_charged_once()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Answer = (messages, _) => Task.FromResult(messages.Count < 5
            ? new ChatResponse(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call{messages.Count}", "weather")])) { Usage = Tokens(100, 10) }
            : Text("It rains.", Tokens(200, 20)));

        var answer = await new ToolLoop(chat.Client, _ => "rain").RunAsync("How is the weather?");

        answer.Should().Be("It rains.");
        chat.Provider.Calls.Should().Be(3);
        chat.Settled.Count.Should().Be(3);
        (await chat.BudgetAsync()).Should().Be((400 * InputPrice + 40 * OutputPrice, 0m));
    }

    [Fact]
    public async Task The_output_held_is_the_calls_limit_or_the_models_ceiling_or_the_default()
    {
        await using var chat = new GuardedChat(
            options =>
            {
                options.MaxOutputTokens["big"] = 1_000;
                options.DefaultMaxOutputTokens = 50;
            },
            firewall => firewall.Pricing.Models["big"] = new ModelPrice { Input = 0, Output = 0 });

        await chat.Client.GetResponseAsync(Prompt);
        await chat.Client.GetResponseAsync(Prompt, new ChatOptions { ModelId = "big" });
        await chat.Client.GetResponseAsync(Prompt, new ChatOptions { ModelId = "big", MaxOutputTokens = 7 });

        chat.Settled.Select(call => call.Request.Usage!.OutputTokens).Should().Equal(50, 1_000, 7);
        chat.Provider.Received[0].Options.Should().BeNull();
    }

    [Fact]
    public async Task A_ceiling_can_be_enforced_on_what_is_sent()
    {
        await using var chat = new GuardedChat(options => (options.DefaultMaxOutputTokens, options.EnforceMaxOutputTokens) = (50, true));
        var unlimited = new ChatOptions { Temperature = 0.5f };

        await chat.Client.GetResponseAsync(Prompt, unlimited);
        await chat.Client.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 7 });

        chat.Provider.Received.Select(call => call.Options?.MaxOutputTokens).Should().Equal(50, 7);
        (chat.Provider.Received[0].Options?.Temperature).Should().Be(0.5f);
        unlimited.MaxOutputTokens.Should().BeNull();
    }

    [Fact]
    public async Task Messages_that_can_be_read_only_once_are()
    {
        await using var chat = new GuardedChat();
        var isRead = false;

        await chat.Client.GetResponseAsync(Once());

        chat.Provider.Received.Should().ContainSingle().Which.Messages.Should().ContainSingle().Which.Text.Should().Be(Prompt);

        IEnumerable<ChatMessage> Once()
        {
            isRead.Should().BeFalse();
            isRead = true;
            yield return new(ChatRole.User, Prompt);
        }
    }

    [Fact]
    public async Task The_ambient_context_pays_and_the_description_has_the_last_word()
    {
        await using var chat = new GuardedChat(options => options.Describe = (messages, settings, request) => request with
        {
            ProjectId = $"{messages.Count}-{settings?.ModelId ?? "default"}",
            Usage = request.Usage! with { ServiceTier = "batch" },
        });
        chat.Provider.Answer = (_, _) => Task.FromResult(Text("ok", Tokens(1, 1)));

        using (BudgetScopeContext.Begin(userId: "alice", projectId: "from context"))
            await chat.Client.GetResponseAsync(Prompt);

        (chat.TheSettled.Request.UserId, chat.TheSettled.Request.ProjectId).Should().Be(("alice", "1-default"));
        (chat.TheSettled.Request.Provider, chat.TheSettled.Request.Operation, chat.TheSettled.Request.Model).Should().Be(("scripted", "chat", Model));
        chat.TheSettled.Usage!.ServiceTier.Should().Be("batch");
    }

    [Fact]
    public void A_provider_that_is_neither_given_nor_known_is_an_error()
    {
        using var client = new ScriptedChatClient { HasMetadata = false };
        var firewall = new BudgetFirewallBuilder().Build();

        FluentActions.Invoking(() => client.WithBudget(firewall)).Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain("Provider");
        client.WithBudget(firewall, options => options.Provider = "theirs").Should().NotBeNull();
    }

    [Fact]
    public async Task A_container_brings_the_firewall_and_the_clock()
    {
        var clock = new ManualClock();
        await using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock)
            .AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0m })).Services
            .BuildServiceProvider();
        using var provider = new ScriptedChatClient();
        using var client = provider.WithBudget(services, options => options.Describe = (_, _, request) => request with { Model = null, Cost = 1m });

        await FluentActions.Awaiting(() => client.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<BudgetExceededException>();

        provider.Calls.Should().Be(0);
    }
}
