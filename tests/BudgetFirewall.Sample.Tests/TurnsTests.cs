namespace BudgetFirewall.Sample.Tests;

/// <summary>The demonstration of turns.</summary>
public sealed class TurnsTests
{
    [Fact]
    public async Task Calls_that_come_at_once_get_turns_or_are_told_when_to_come_again()
    {
        var run = await SampleRun.InPlainTextAsync("turns");

        run.ExitCode.Should().Be(0);
        run.Output.ReplaceLineEndings("\n").Should().Be("""
            A rate limit lets 2 calls a second begin and 3 more wait. Six come at once:
              call 1: begins at once
              call 5: is refused (RateLimited) and may come again after 0.5 s
              call 6: is refused (RateLimited) and may come again after 0.5 s
              call 2: waits for its turn and begins after 0.5 s
              call 3: waits for its turn and begins after 1.0 s
              call 4: waits for its turn and begins after 1.5 s

            A budget of 3 lets 2 calls a second begin above that, up to 6. Seven that cost 1 each come at once:
              call 1: begins at once
              call 2: begins at once
              call 3: begins at once
              call 4: begins at once
              call 7: is refused (BudgetExceeded), and waiting does not help
              call 5: waits for its turn and begins after 0.5 s
              call 6: waits for its turn and begins after 1.0 s
              spent 6.00 of 3.00: above its limit, where it lets calls wait

            """.ReplaceLineEndings("\n"));
    }
}
