using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class OpenAIStreamingTests
{
    private const string Prompt = "What will the weather be?";
    private const string Answer = "It will be sunny.";

    [Fact]
    public async Task A_stream_is_charged_by_the_usage_at_its_end()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says(Answer, new(801, 203) { Cached = 401, Reasoning = 100 }));
        using var chat = guarded.Chat();
        (await ReadAsync(chat)).Should().Be(Answer);
        guarded.Provider.Received.Should().ContainSingle().Which.WantsUsage.Should().BeTrue();
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task A_stream_whose_provider_reports_no_usage_is_charged_by_the_estimate()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says(Answer, new(9, 9)) with { TellsUsage = false });
        using var chat = guarded.Chat();
        (await ReadAsync(chat)).Should().Be(Answer);
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), Estimates.OfText(Answer))), requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_stream_that_is_left_after_its_first_text_is_charged_by_the_estimate_of_what_was_seen()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says(Answer, new(801, 203)));
        using var chat = guarded.Chat();
        var seen = "";
        await foreach (var update in chat.GetStreamingResponseAsync(Prompt))
        {
            seen += update.Text;
            if (seen.Length > 0)
                break;
        }
        seen.Should().Be(ServerEvents.Halves(Answer)[0]);
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), Estimates.OfText(seen))), requests: 1);
    }

    [Fact]
    public async Task A_stream_whose_connection_is_reset_halfway_is_charged_by_the_estimate_of_what_was_seen()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        // The text is whole by then; its usage is not.
        guarded.Provider.Answers(Reply.Says(Answer, new(801, 203)) with { Fault = Fault.ResetHalfway });
        using var chat = guarded.Chat();
        var seen = "";
        await FluentActions.Awaiting(async () =>
        {
            await foreach (var update in chat.GetStreamingResponseAsync(Prompt))
            {
                seen += update.Text;
                if (seen.Length == Answer.Length)
                    guarded.Provider.HasSeenHalf.Release();
            }
        }).Should().ThrowAsync<Exception>();
        seen.Should().Be(Answer);
        await guarded.ChargedAsync(Tariff.Bill(Tariff.Chat, new(Estimates.OfMessage(Prompt), Estimates.OfText(seen))), requests: 1);
        guarded.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    private static async Task<string> ReadAsync(IChatClient chat)
    {
        var text = "";
        await foreach (var update in chat.GetStreamingResponseAsync(Prompt))
            text += update.Text;
        return text;
    }
}
