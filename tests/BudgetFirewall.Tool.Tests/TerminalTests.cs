namespace BudgetFirewall.Tool.Tests;

public sealed class TerminalTests
{
    [Fact]
    public async Task A_terminal_gets_a_table_and_names_of_strangers_cannot_steer_it()
    {
        using var folder = new TemporaryFolder();
        var ledger = await RecordedDay.WriteAsync(folder);

        var run = await ToolRun.InTerminalAsync("report", "--from", "2026-03-10", "--to", "2026-03-11", "--group-by", "user", "--ledger", "sqlite:" + ledger);

        run.ExitCode.Should().Be(0, run.Output);
        run.Output.Should().Contain("───").And.Contain("3.000000002").And.Contain("mallory\\u001B[31m\\u0009x").And.NotContain("mallory\u001B");
    }

    [Fact]
    public async Task JSON_is_the_same_in_a_terminal_and_in_a_pipe()
    {
        using var folder = new TemporaryFolder();
        var ledger = await RecordedDay.WriteAsync(folder);
        string[] report = ["report", "--from", "2026-03-10", "--to", "2026-03-11", "--json", "--ledger", "sqlite:" + ledger];

        var piped = await ToolRun.OfAsync(report);
        var shown = await ToolRun.InTerminalAsync(report);

        shown.Output.Should().Contain(piped.Output.Trim());
    }
}
