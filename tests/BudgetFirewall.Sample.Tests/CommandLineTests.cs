using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall.Sample.Tests;

public sealed class CommandLineTests
{
    private static readonly string[] LogLines = File.ReadAllLines(SampleRun.LogFile);

    [Fact]
    public async Task Help_tells_of_every_option()
    {
        var run = await SampleRun.InPlainTextAsync("--help");

        run.ExitCode.Should().Be(0);
        new[] { "--log", "--speed", "--settings", "--redis", "--users", "--seed", "--ledger" }.Should().AllSatisfy(option => run.Output.Should().Contain(option));
    }

    [Theory]
    [InlineData("--log")]
    [InlineData("--settings")]
    public async Task A_missing_file_is_named_and_ends_with_2(string option)
    {
        var run = await SampleRun.InPlainTextAsync(option, "no-such-file");

        run.ExitCode.Should().Be(2);
        run.Errors.Should().Contain("no-such-file");
        run.Output.Should().BeEmpty();
    }

    [Theory]
    [InlineData("--speed", "0")]
    [InlineData("--speed", "-1")]
    [InlineData("--speed", "fast")]
    [InlineData("--redis", "localhost")]
    [InlineData("--redis", "localhost:")]
    [InlineData("--redis", ":6379")]
    [InlineData("--redis", "localhost:70000")]
    [InlineData("--users", "0")]
    [InlineData("--users", "many")]
    [InlineData("--seed", "x")]
    [InlineData("--no-such-option")]
    public async Task A_wrong_option_is_reported_and_ends_with_2(params string[] args)
    {
        var run = await SampleRun.InPlainTextAsync(args);

        run.ExitCode.Should().Be(2);
        run.Errors.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Bad_lines_are_reported_by_their_number_skipped_and_counted()
    {
        using var log = new TemporaryFile(string.Join('\n', LogLines[0], LogLines[1], "not a line at all", LogLines[2].Replace("ingest-bot", "", StringComparison.Ordinal), LogLines[3], LogLines[4].Replace(",openai,", ",openai\",", StringComparison.Ordinal)[..20], LogLines[5]));

        var run = await SampleRun.InPlainTextAsync("--log", log.Path);

        run.ExitCode.Should().Be(0);
        run.ValueOf("Lines skipped ").Should().Be("3");
        run.ValueOf("Calls admitted").Should().Be("3");
        new[] { "line 3: ", "line 4: ", "line 6: " }.Should().AllSatisfy(line => run.Output.Should().Contain(line));
    }

    [Fact]
    public async Task A_number_that_is_none_is_reported_with_its_column()
    {
        using var log = new TemporaryFile(LogLines[0] + "\n" + LogLines[1].Replace("11664,0,,11664", "11664,0,,lots", StringComparison.Ordinal));

        var run = await SampleRun.InPlainTextAsync("--log", log.Path);

        run.Output.Should().Contain("line 2: 'lots' is not a value of the column input_tokens.");
    }

    [Fact]
    public async Task A_model_without_a_price_is_reported_by_its_line_and_not_called()
    {
        using var log = new TemporaryFile(LogLines[0] + "\n" + LogLines[1] + "\n" + LogLines[2].Replace("text-embedding-3-small", "gpt-99", StringComparison.Ordinal));

        var run = await SampleRun.InPlainTextAsync("--log", log.Path);

        run.ValueOf("Calls admitted").Should().Be("1");
        run.Output.Should().Contain("line 3: There is no price for the model 'gpt-99'");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_log_holds_never_speaks_to_the_terminal(bool inTerminal)
    {
        const string Esc = "\u001b";
        string[] lines =
        [
            LogLines[0],
            LogLines[1].Replace("ingest-bot", $"{Esc}[2Jbot\u202e", StringComparison.Ordinal),
            LogLines[2].Replace("text-embedding-3-small", $"gpt{Esc}]0;99", StringComparison.Ordinal),
            LogLines[1].Replace("11664,0,,11664", $"11664,0,,{Esc}[31m", StringComparison.Ordinal),
        ];
        using var log = new TemporaryFile(string.Join('\n', lines));

        var run = inTerminal ? await SampleRun.InTerminalAsync("--log", log.Path) : await SampleRun.InPlainTextAsync("--log", log.Path);

        run.ExitCode.Should().Be(0);
        (run.Output + run.Errors).Should().NotContain(Esc);
        run.Output.Should().NotContain("\u202e");
        new[] { @"\u001B[2Jbot\u202E", @"gpt\u001B]0;99", @"\u001B[31m" }.Should().AllSatisfy(text => run.Output.Should().Contain(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b,c\n1,2,3\n")]
    public async Task A_file_that_is_no_usage_log_ends_with_2(string text)
    {
        using var log = new TemporaryFile(text);

        var run = await SampleRun.InPlainTextAsync("--log", log.Path);

        run.ExitCode.Should().Be(2);
        run.Errors.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Settings_that_are_wrong_are_reported_and_end_with_2()
    {
        using var settings = new TemporaryFile("""{ "BudgetFirewall": { "Budgets": [ { "Scope": "global", "Limt": 10 } ] } }""");

        var run = await SampleRun.InPlainTextAsync("--settings", settings.Path);

        run.ExitCode.Should().Be(2);
        run.Errors.Should().Contain("Limt");
    }

    [Fact]
    public async Task Every_error_in_the_settings_stands_in_a_line_of_its_own_under_the_files_name()
    {
        using var settings = new TemporaryFile("""{ "BudgetFirewall": { "Budgets": [ { "Scope": "global", "Limt": 10 }, { "Scope": "users", "Limit": "ten" } ] } }""");

        var run = await SampleRun.InPlainTextAsync("--settings", settings.Path);

        var lines = run.Errors.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        lines[0].Should().Contain(settings.Path);
        lines.Length.Should().BeGreaterThan(3);
        lines[1..].Should().AllSatisfy(line => line.Should().StartWith("  BudgetFirewall:Budgets:"));
    }

    [Theory]
    [InlineData("not json", "LineNumber: 0")]
    [InlineData("{ \"BudgetFirewall\": {\n  \"Budgets\": [ { \"Scope\": \"global\" \"Limit\": 10 } ] } }", "LineNumber: 1")]
    [InlineData("{ \"Budgets\": [] }", "'BudgetFirewall' does not exist or is empty")]
    public async Task A_settings_file_that_cannot_be_read_is_explained_with_its_name_and_place(string text, string explanation)
    {
        using var settings = new TemporaryFile(text);

        var run = await SampleRun.InPlainTextAsync("--settings", settings.Path);

        run.ExitCode.Should().Be(2);
        run.Errors.Should().Contain(settings.Path).And.Contain(explanation).And.NotContain("   at ");
        run.Output.Should().BeEmpty();
    }

    [Fact]
    public async Task A_Redis_URL_is_understood_and_its_password_is_never_shown()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var address = unused.LocalEndpoint.ToString()!;
        unused.Stop();

        var away = await SampleRun.InPlainTextAsync("--redis", $"redis://:secret@{address}/2");
        var wrong = await SampleRun.InPlainTextAsync("--redis", $"rediss://:secret@{address}/two");

        (away.ExitCode, wrong.ExitCode).Should().Be((1, 2));
        away.Errors.Should().StartWith($"Redis at {address}/2: ");
        wrong.Errors.Should().Contain("/two").And.Contain("must end with the number of a database");
        (away.Errors + wrong.Errors).Should().NotContain("secret");
    }

    [Fact]
    public async Task A_Redis_that_is_not_there_is_reported_at_once_and_ends_with_1()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var address = unused.LocalEndpoint.ToString()!;
        unused.Stop();

        var run = await SampleRun.InPlainTextAsync("--redis", address);

        run.ExitCode.Should().Be(1);
        run.Errors.Should().StartWith($"Redis at {address}: ");
        run.Output.Should().BeEmpty();
    }

    [Theory]
    [InlineData("INT", "--speed", "1")]
    [InlineData("TERM", "--speed", "1")]
    [InlineData("INT", "turns")]
    [InlineData("INT", "quotas", "--seconds", "600")]
    public async Task A_run_that_is_stopped_ends_with_130(string signal, params string[] args)
    {
        using var process = SampleRun.StartStoppable(args);
        var errors = process.StandardError.ReadToEndAsync();
        // A shell that is there already kills at once: the turns are soon over.
        using var kill = Process.Start(new ProcessStartInfo("sh", ["-c", "read -r line; kill -$0 $1", signal, process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true })!;
        while (!IsListening(process) && !process.HasExited)
            await Task.Delay(20);
        // The turns end by themselves after a second and a half, and say at once that they have begun.
        if (args is ["turns"])
            await process.StandardOutput.ReadLineAsync();
        else
            await Task.Delay(500);

        await kill.StandardInput.WriteLineAsync();
        await kill.WaitForExitAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        (process.ExitCode, await errors).Should().Be((130, ""), output);
    }

    /// <summary>True when a process has taken the signal by which it would be told that it goes on, which .NET does with the first one that a program listens to.</summary>
    private static bool IsListening(Process process)
    {
        const int Continue = 18;
        var caught = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("SigCgt:", StringComparison.Ordinal)).Split('\t')[1];
        return (ulong.Parse(caught, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (Continue - 1) & 1) == 1;
    }

    [Fact]
    public async Task A_log_without_calls_gives_a_report_of_nothing()
    {
        using var log = new TemporaryFile(LogLines[0] + "\n");

        var run = await SampleRun.InPlainTextAsync("--log", log.Path);

        run.ExitCode.Should().Be(0);
        run.ValueOf("Calls admitted").Should().Be("0");
    }
}
