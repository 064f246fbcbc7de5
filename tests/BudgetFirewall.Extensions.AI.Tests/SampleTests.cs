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
        Assert.Equal(Ends, lines.Where(line => line.StartsWith("denied by ", StringComparison.Ordinal)).Select(line => line.Split(' ', ':')[2] + (line.Contains("each:", StringComparison.Ordinal) ? ":user/day" : "")));
        Assert.Equal(6, lines.Count(line => line.Contains("as estimated", StringComparison.Ordinal)));
        Assert.All(lines[^5..], line => Assert.EndsWith("held 0.000000", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sample_draws_everybody_at_once()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });

        await ChatSample.ShowAsync(console, TimeSpan.FromMilliseconds(1));

        foreach (var name in new[] { "alice", "bob", "carol", "dave", "all" })
            Assert.Contains(name, output.ToString(), StringComparison.Ordinal);
    }
}
