using System.Globalization;
using System.Text.Json.Nodes;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Sample.Tests;

/// <summary>The sample's day in a ledger.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ledger");

    private FileInfo File => new(Path.Combine(_folder.FullName, "day's ledger.db"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_report_at_the_end_adds_up_to_what_was_charged()
    {
        var run = await SampleRun.InPlainTextAsync("--ledger", File.FullName);

        run.ExitCode.Should().Be(0, run.Errors);
        var lines = run.Output.Split('\n').SkipWhile(line => !line.StartsWith("Ledger ", StringComparison.Ordinal)).ToList();
        lines[0].Should().Be("Ledger day's ledger.db, by project and hour");
        lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Should().StartWith("hour").And.EndWith("all").And.Contain(["search", "support", "research", "reports"]);
        var sums = lines.Single(line => line.Trim().StartsWith("all ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Amount).ToList();
        sums[^1].Should().Be(run.NumberOf("Total charged")).And.Be(sums[..^1].Sum());
        run.Output.Should().NotContain("were charged before");
    }

    [Fact]
    public async Task A_terminal_shows_the_report_too() => (await SampleRun.InTerminalAsync("--ledger", File.FullName)).Output.Should().Contain("by project and hour").And.Contain("research");

    [Fact]
    public async Task A_day_that_is_stopped_three_times_ends_with_the_same_totals_as_one_that_is_not()
    {
        using var settings = Unlimited();
        var whole = new RecordingView();
        await new SampleSession(new(SampleRun.LogFile), new(settings.Path)).RunAsync(whole, CancellationToken.None);

        foreach (var calls in new[] { 100, 700, 300 })
            await RunUntilStoppedAsync(settings.Path, calls);
        var last = await RunAsync(settings.Path);
        var after = await RunAsync(settings.Path);

        last.Recorded!.Report.Amount.Should().Be(whole.Report.Spent);
        last.Recorded.Report.Count.Should().Be(whole.Report.Admitted.Count());
        last.Recorded.StoppedAt.Should().NotBeNull();
        (last.Recorded.ChargedBefore + last.Report.Admitted.Count()).Should().Be(whole.Report.Admitted.Count());
        (after.Report.Outcomes.Count, after.Recorded!.Report.Amount).Should().Be((0, whole.Report.Spent));
    }

    [Fact]
    public async Task A_day_whose_process_is_killed_again_and_again_ends_with_the_same_totals_as_one_that_is_not()
    {
        var kills = Soak.Times(3, 50);
        using var settings = Unlimited();
        var whole = new RecordingView();
        await new SampleSession(new(SampleRun.LogFile), new(settings.Path)).RunAsync(whole, CancellationToken.None);

        for (var kill = 0; kill < kills; kill++)
            await RunUntilKilledAsync(settings.Path, journalBytes: 900_000 / (kills + 1));
        var last = await RunAsync(settings.Path);

        last.Recorded!.Report.Amount.Should().Be(whole.Report.Spent);
        last.Recorded.Report.Count.Should().Be(whole.Report.Admitted.Count());
        last.Recorded.ChargedBefore.Should().BePositive();
        (last.Recorded.ChargedBefore + last.Report.Admitted.Count()).Should().Be(whole.Report.Admitted.Count());
    }

    [Fact]
    public async Task Another_drawing_from_the_log_is_another_day_in_the_same_file()
    {
        using var settings = Unlimited();
        await RunAsync(settings.Path);

        var other = await RunAsync(settings.Path, seed: 7);

        (other.Recorded!.ChargedBefore, other.Recorded.StoppedAt).Should().Be((0, null));
        other.Report.Admitted.Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_reported_and_ends_with_2()
    {
        var path = Path.Combine(_folder.FullName, "no", "such", "folder", "ledger.db");

        var run = await SampleRun.InPlainTextAsync("--ledger", path);

        (run.ExitCode, run.Output).Should().Be((2, ""));
        run.Errors.Should().Contain(path);
    }

    [Fact]
    public async Task A_ledger_and_Redis_are_not_for_one_run()
    {
        var run = await SampleRun.InPlainTextAsync("--ledger", File.FullName, "--redis", "localhost:6379");

        run.ExitCode.Should().Be(2);
        run.Errors.Should().Contain("leave --redis out");
    }

    private async Task<RecordingView> RunAsync(string settings, int? seed = null)
    {
        var view = new RecordingView();
        await Session(settings, seed).RunAsync(view, CancellationToken.None);
        return view;
    }

    private async Task RunUntilStoppedAsync(string settings, int calls)
    {
        using var stopping = new CancellationTokenSource();
        var view = new RecordingView { OnProgress = progress => CancelAt(progress.CallsSeen) };
        await FluentActions.Awaiting(() => Session(settings).RunAsync(view, stopping.Token)).Should().ThrowAsync<OperationCanceledException>();

        void CancelAt(int seen)
        {
            if (seen >= calls)
                stopping.Cancel();
        }
    }

    /// <summary>Runs the sample in a process that is killed with SIGKILL when it has written so much to the ledger's journal.</summary>
    private async Task RunUntilKilledAsync(string settings, int journalBytes)
    {
        using var process = SampleRun.Start("--ledger", File.FullName, "--settings", settings, "--speed", "20000");
        var journal = new FileInfo(File.FullName + ".journal");
        // It begins with what the process before has left, which is written anew first.
        for (var shortest = long.MaxValue; !process.HasExited; await Task.Delay(1))
        {
            journal.Refresh();
            if (!journal.Exists)
                continue;
            shortest = Math.Min(shortest, journal.Length);
            if (journal.Length < shortest + journalBytes)
                continue;
            process.Kill();
            await process.WaitForExitAsync();
            return;
        }
        Assert.Fail($"It ended with {process.ExitCode} before it was killed: {await process.StandardError.ReadToEndAsync()}");
    }

    private SampleSession Session(string settings, int? seed = null) => new(new(SampleRun.LogFile), new(settings)) { LedgerFile = File, Draw = new(Seed: seed) };

    private static TemporaryFile Unlimited()
    {
        var settings = JsonNode.Parse(System.IO.File.ReadAllText(SampleRun.SettingsFile))!;
        settings["BudgetFirewall"]!["Budgets"] = new JsonArray();
        settings["BudgetFirewall"]!["RateLimits"] = new JsonArray();
        return new(settings.ToJsonString());
    }

    private static decimal Amount(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
