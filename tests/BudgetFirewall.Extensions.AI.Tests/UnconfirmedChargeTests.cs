using Microsoft.Extensions.AI;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A call was made, and the store does not confirm what it cost.</summary>
public sealed class UnconfirmedChargeTests
{
    private const decimal Cost = 10 * InputPrice + 20 * OutputPrice;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_answer_is_given_and_the_charge_repeated_until_it_is_confirmed(bool wasRecorded)
    {
        await using var chat = Answering();
        chat.Store.SettlementsLost = 5;
        chat.Store.RecordsWhatItLoses = wasRecorded;

        (await chat.Client.GetResponseAsync(Prompt)).Text.Should().Be("answer");
        chat.Settled.Should().BeEmpty();
        chat.Clock.Advance(TimeSpan.FromMinutes(1));

        chat.TheSettled.Receipt!.Cost.Should().Be(Cost);
        (await chat.BudgetAsync()).Should().Be((Cost, 0m));
    }

    [Fact]
    public async Task A_charge_that_is_never_confirmed_is_given_up_and_reported()
    {
        await using var chat = Answering();
        chat.Store.SettlementsLost = int.MaxValue;

        await chat.Client.GetResponseAsync(Prompt);
        chat.Clock.Advance(TimeSpan.FromMinutes(3));
        chat.Settled.Should().BeEmpty();
        chat.Clock.Advance(TimeSpan.FromMinutes(2));

        var settled = chat.TheSettled;
        settled.Receipt.Should().BeNull();
        settled.Exception.Should().BeOfType<ChargeUnconfirmedException>().Which.ReservationId.Should().Be(settled.ReservationId);
        settled.Usage!.OutputTokens.Should().Be(20);
    }

    [Fact]
    public async Task The_exception_can_be_asked_for_and_the_charge_repeated_by_hand()
    {
        await using var chat = Answering(options => options.Calls.UnconfirmedCharges = UnconfirmedCharges.Throw);
        chat.Store.SettlementsLost = 1;

        var unconfirmed = (await FluentActions.Awaiting(() => chat.Client.GetResponseAsync(Prompt)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        chat.Clock.Advance(TimeSpan.FromMinutes(1));
        chat.TheSettled.Exception.Should().BeSameAs(unconfirmed);
        await chat.Firewall.CommitAsync(unconfirmed.ReservationId!, chat.TheSettled.Usage!);

        (await chat.BudgetAsync()).Should().Be((Cost, 0m));
    }

    [Fact]
    public async Task An_exception_of_the_call_itself_is_not_replaced_by_that_of_its_charge()
    {
        await using var chat = Answering(options => options.Calls.UnconfirmedCharges = UnconfirmedCharges.Throw);
        chat.Store.SettlementsLost = 1;
        chat.Provider.Stream = token => Updates(["123456789", new InvalidOperationException("the provider broke")], token);

        await FluentActions.Awaiting(() => chat.ReadAsync()).Should().ThrowExactlyAsync<InvalidOperationException>();
        chat.Clock.Advance(TimeSpan.FromMinutes(1));

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 3 * OutputPrice, 0m));
    }

    [Fact]
    public async Task A_reservation_that_is_gone_is_charged_anew()
    {
        await using var chat = new GuardedChat();
        chat.Provider.Answer = (_, _) =>
        {
            chat.Store.Forget();
            return Task.FromResult(Text("answer", Tokens(10, 20)));
        };

        await chat.Client.GetResponseAsync(Prompt);

        chat.TheSettled.Receipt!.Cost.Should().Be(Cost);
        (await chat.BudgetAsync()).Should().Be((Cost, 0m));
    }

    [Fact]
    public async Task A_usage_that_is_not_valid_charges_what_was_reserved()
    {
        await using var chat = Answering(options =>
        {
            options.DefaultMaxOutputTokens = 10;
            options.MapUsage = _ => new BudgetUsage { InputTokens = 1, CachedInputTokens = 2 };
        });

        (await chat.Client.GetResponseAsync(Prompt)).Text.Should().Be("answer");

        (await chat.BudgetAsync()).Should().Be((PromptTokens * InputPrice + 10 * OutputPrice, 0m));
    }

    [Fact]
    public async Task A_listener_that_throws_breaks_nothing()
    {
        await using var chat = Answering(options => options.Calls.OnSettled = _ => throw new InvalidOperationException("broken listener"));

        (await chat.Client.GetResponseAsync(Prompt)).Text.Should().Be("answer");

        (await chat.BudgetAsync()).Should().Be((Cost, 0m));
    }

    private static GuardedChat Answering(Action<BudgetChatOptions>? configure = null)
    {
        var chat = new GuardedChat(configure);
        chat.Provider.Answer = (_, _) => Task.FromResult(Text("answer", Tokens(10, 20)));
        return chat;
    }
}
