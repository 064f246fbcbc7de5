using BudgetFirewall.Sample.Replay;

namespace BudgetFirewall.Sample.Tests;

public sealed class DrawingTests
{
    private const string Header = "time,user,project,provider,operation,model,expected_input_tokens,expected_output_tokens,expected_records,"
        + "input_tokens,cached_input_tokens,output_tokens,reasoning_tokens,records,request_bytes,response_bytes,duration_ms";

    [Fact]
    public void The_log_is_a_day_of_some_2000_calls()
    {
        var lines = File.ReadAllLines(SampleRun.LogFile);

        lines[0].Should().Be(Header);
        lines.Length.Should().Be(2041);
        lines.Skip(1).Should().AllSatisfy(line => line.Should().StartWith("2026-03-10T"));
    }

    [Fact]
    public async Task Without_a_terminal_the_text_is_plain_and_the_same_every_time()
    {
        var first = await SampleRun.InPlainTextAsync();
        var second = await SampleRun.InPlainTextAsync();

        second.Output.Should().Be(first.Output);
        first.Output.All(char.IsAscii).Should().BeTrue();
        new[] { "Budgets", "Warnings", "Denials by reason", "Cost by provider", "Cost by user", "Cost by model", "Spend per hour" }.Should().AllSatisfy(heading => first.Output.Should().Contain("\n" + heading + "\n"));
    }

    [Fact]
    public async Task A_terminal_shows_the_same_totals_with_bars()
    {
        var drawn = await SampleRun.InTerminalAsync();
        var plain = await SampleRun.InPlainTextAsync();

        drawn.ExitCode.Should().Be(0);
        drawn.Output.Should().Contain(plain.ValueOf("Total charged") + " charged");
        new[] { "█", "░", "Warnings, as they fired", "Denials by reason", "Cost by model", "Spend per hour" }.Should().AllSatisfy(text => drawn.Output.Should().Contain(text));
    }

    [Fact]
    public async Task Progress_is_reported_at_every_step_and_never_goes_back()
    {
        var view = await RecordingView.OfSampleAsync();

        (view.Progress.Count > 2040).Should().BeTrue();
        view.Progress.Should().Equal(view.Progress.OrderBy(progress => progress.Time));
        view.Progress.Should().Equal(view.Progress.OrderBy(progress => progress.Spent));
        view.Progress.Should().Contain(progress => progress.InFlight > 1);
        view.Progress[^1].Spent.Should().Be(view.Report.Spent);
    }

    [Fact]
    public async Task Slowed_down_it_ends_with_the_same_totals()
    {
        using var log = new TemporaryFile(string.Join('\n', File.ReadLines(SampleRun.LogFile).Take(4)));

        var slow = await SampleRun.InPlainTextAsync("--log", log.Path, "--speed", "1000");
        var fast = await SampleRun.InPlainTextAsync("--log", log.Path);

        slow.Output.Should().Be(fast.Output);
    }

    [Fact]
    public void The_clock_follows_the_log_and_never_goes_back()
    {
        var start = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
        var clock = new LogClock(start);

        clock.MoveTo(start.AddSeconds(5));
        clock.MoveTo(start.AddSeconds(2));

        clock.GetUtcNow().Should().Be(start.AddSeconds(5));
        clock.GetElapsedTime(start.UtcTicks).Should().Be(TimeSpan.FromSeconds(5));
    }
}
