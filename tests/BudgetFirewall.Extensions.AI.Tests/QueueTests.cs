using Microsoft.Extensions.AI;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A guarded chat client calls its model at the turn of the call where a limit queues. A turn comes every two seconds.</summary>
public sealed class QueueTests
{
    private static readonly BudgetScope Scope = BudgetScope.Provider("scripted");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_comes_too_early_is_made_at_its_turn(bool isStreamed)
    {
        await using var chat = Start();
        await AskAsync(chat, isStreamed);

        var second = AskAsync(chat, isStreamed);
        (await QueuedAsync(chat)).Should().Be(2m);
        chat.Clock.Advance(Second);
        (chat.Provider.Calls, second.IsCompleted).Should().Be((1, false));
        chat.Clock.Advance(Second);

        (await second.WaitAsync(TimeSpan.FromMinutes(1))).Should().Be("ok");
        chat.Provider.Calls.Should().Be(2);
        chat.Settled.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_cancelled_while_waiting_gives_the_turn_and_the_hold_back_and_the_model_is_not_called(bool isStreamed)
    {
        await using var chat = Start();
        await AskAsync(chat, isStreamed);
        var before = await chat.BudgetAsync();
        using var leaving = new CancellationTokenSource();

        var second = AskAsync(chat, isStreamed, leaving.Token);
        (await QueuedAsync(chat)).Should().Be(2m);
        await leaving.CancelAsync();
        await second.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>();

        (await QueuedAsync(chat)).Should().Be(1m);
        (await chat.BudgetAsync()).Should().Be(before);
        chat.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task The_lease_of_a_call_that_waited_is_kept_from_its_turn_on()
    {
        await using var chat = Start(options => options.Calls.Lease = TimeSpan.FromSeconds(4));
        await AskAsync(chat, isStreamed: false);
        var answer = new TaskCompletionSource();
        chat.Provider.Answer = async (_, _) =>
        {
            await answer.Task;
            return ScriptedChatClient.Text("at last");
        };

        var second = AskAsync(chat, isStreamed: false);
        for (var i = 0; i < 30; i++)
        {
            chat.Clock.Advance(Second);
            (await chat.BudgetAsync()).Held.Should().BePositive();
        }
        answer.SetResult();

        (await second.WaitAsync(TimeSpan.FromMinutes(1))).Should().Be("at last");
        chat.Settled[^1].Receipt!.IsLate.Should().BeFalse();
        (await chat.BudgetAsync()).Held.Should().Be(0m);
    }

    private static GuardedChat Start(Action<BudgetChatOptions>? configure = null) =>
        new(configure, options => options.RateLimits.Add(RateLimit.LeakyBucket(Scope, ratePerSecond: 0.5m)));

    private static async Task<string> AskAsync(GuardedChat chat, bool isStreamed, CancellationToken cancellationToken = default) => isStreamed
        ? await chat.ReadAsync(cancellationToken)
        : (await chat.Client.GetResponseAsync(Prompt, cancellationToken: cancellationToken)).Text;

    private static async Task<decimal?> QueuedAsync(GuardedChat chat) => (await chat.Firewall.GetStatusAsync(Scope)).RateLimits.Should().ContainSingle().Which.QueueLength;
}
