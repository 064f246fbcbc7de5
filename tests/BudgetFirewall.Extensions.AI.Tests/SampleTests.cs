using BudgetFirewall.Sample.Chat;
using Spectre.Console;

namespace BudgetFirewall.Extensions.AI.Tests;

public sealed class SampleTests
{
    private static readonly string[] Ends = ["each:user/day", "user=bob/day", "global/day"];

    [Fact]
    public async Task The_sample_talks_until_each_kind_of_budget_has_refused_and_leaves_nothing_held()
    {
        using var output = new StringWriter();

        await ChatSample.PrintAsync(output);

        var lines = output.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        lines.Where(line => line.StartsWith("denied by ", StringComparison.Ordinal)).Select(line => line.Split(' ', ':')[2] + (line.Contains("each:", StringComparison.Ordinal) ? ":user/day" : "")).Should().Equal(Ends);
        lines.Count(line => line.Contains("as estimated", StringComparison.Ordinal)).Should().Be(6);
        lines[^5..].Should().AllSatisfy(line => line.Should().EndWith("held 0.000000"));
    }

    [Fact]
    public async Task The_sample_draws_everybody_at_once()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });

        await ChatSample.ShowAsync(console, TimeSpan.FromMilliseconds(1));

        foreach (var name in new[] { "alice", "bob", "carol", "dave", "all" })
            output.ToString().Should().Contain(name);
    }
}
