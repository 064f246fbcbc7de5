using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spectre.Console;

namespace BudgetFirewall.Sample.Tests;

/// <summary>The sample, run as its users run it.</summary>
internal sealed record SampleRun(int ExitCode, string Output, string Errors)
{
    public static string LogFile { get; } = Path.Combine(AppContext.BaseDirectory, "usage.csv");

    public static string SettingsFile { get; } = Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "BudgetFirewall.Sample.Console.dll");

    public static Task<SampleRun> InPlainTextAsync(params string[] args) => RunAsync(isTerminal: false, args);

    public static Task<SampleRun> InTerminalAsync(params string[] args) => RunAsync(isTerminal: true, args);

    /// <summary>Runs the sample in a process of its own.</summary>
    public static async Task<SampleRun> InProcessAsync(params string[] args)
    {
        using var process = Start(args);
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, texts[0].ReplaceLineEndings("\n"), texts[1]);
    }

    /// <summary>Starts the sample in a process of its own.</summary>
    public static Process Start(params string[] args) => Start("dotnet", [Program, .. args]);

    /// <summary>Starts the sample in a process of its own that SIGINT stops, also where the tests were started by a shell that has what runs in its background ignore it.</summary>
    public static Process StartStoppable(params string[] args) => Start("env", ["--default-signal=INT", "dotnet", Program, .. args]);

    /// <summary>The number that the value behind a label begins with.</summary>
    public decimal NumberOf(string label) => decimal.Parse(ValueOf(label).Split(' ')[0], NumberStyles.Number, CultureInfo.InvariantCulture);

    /// <summary>The value behind a label of the plain text.</summary>
    public string ValueOf(string label) => Output.Split('\n').Single(line => line.StartsWith(label, StringComparison.Ordinal))[label.Length..].Trim();

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task<SampleRun> RunAsync(bool isTerminal, string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var console = AnsiConsole.Create(new()
        {
            Out = new FakeTerminal(output, isTerminal),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        var exitCode = await SampleCommand.RunAsync(args, console, output, errors);
        return new(exitCode, output.ToString().ReplaceLineEndings("\n"), errors.ToString());
    }

    private sealed class FakeTerminal(TextWriter writer, bool isTerminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;
        public bool IsTerminal => isTerminal;
        public int Width => 140;
        public int Height => 50;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
