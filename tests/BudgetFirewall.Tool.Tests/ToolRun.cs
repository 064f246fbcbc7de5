using System.Diagnostics;
using System.Text.Json.Nodes;

namespace BudgetFirewall.Tool.Tests;

/// <summary>The command, run as scripts run it: as a process whose output is a pipe.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    private const string Name = "BudgetFirewall.Tool";

    /// <summary>The built command. The tests are built into bin/CONFIGURATION/FRAMEWORK, and so is it.</summary>
    public static string Program { get; } = FindProgram();

    public JsonNode Json => JsonNode.Parse(Output)!;

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<ToolRun> OfAsync(params string[] arguments) => OfAsync([], arguments);

    public static Task<ToolRun> OfAsync((string Name, string Value)[] environment, params string[] arguments) => RunAsync(new ProcessStartInfo("dotnet", [Program, .. arguments]), environment);

    /// <summary>Runs the command in a terminal of 200 columns; what it writes to its errors is a part of the output.</summary>
    public static Task<ToolRun> InTerminalAsync(params string[] arguments)
    {
        var line = string.Join(' ', arguments.Prepend(Program).Select(part => $"'{part}'"));
        return RunAsync(new ProcessStartInfo("script", ["-qec", $"stty cols 200; dotnet {line}", "/dev/null"]), [("TERM", "xterm-256color")]);
    }

    /// <param name="start">What is run.</param>
    /// <param name="environment">What it has in its environment.</param>
    /// <param name="meanwhile">What is done while it runs, with its input; null: its input is empty.</param>
    public static async Task<ToolRun> RunAsync(ProcessStartInfo start, (string Name, string Value)[] environment, Func<StreamWriter, Task>? meanwhile = null)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment.Remove("NO_COLOR");
        start.Environment.Remove("BUDGETFIREWALL_KEY");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (meanwhile is not null)
            await meanwhile(process.StandardInput);
        process.StandardInput.Close();
        var texts = await reading;
        await process.WaitForExitAsync();
        return new(process.ExitCode, texts[0], texts[1]);
    }

    private static string FindProgram()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        for (var folder = framework.Parent; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BudgetFirewall.sln")))
                return Path.Combine(folder.FullName, "src", Name, "bin", framework.Parent!.Name, framework.Name, Name + ".dll");
        }
        throw new DirectoryNotFoundException("BudgetFirewall.sln is in none of the folders above the tests.");
    }
}
