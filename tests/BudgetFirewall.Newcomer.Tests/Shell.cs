using System.Diagnostics;

namespace BudgetFirewall.Newcomer.Tests;

/// <summary>Runs commands as somebody types them.</summary>
internal static class Shell
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);

    /// <summary>Runs lines of a shell, which end at the first that fails, and returns what they have printed.</summary>
    /// <exception cref="InvalidOperationException">A line failed.</exception>
    public static async Task<string> RunAsync(string lines, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        // Into a file, since a build leaves processes behind that would keep a pipe open: the compiler's server.
        var file = Path.GetTempFileName();
        try
        {
            await RunAsync("bash", ["-e", "-o", "pipefail", "-c", $"exec >{file} 2>&1\n{lines}"], folder, environment);
            return Text(await File.ReadAllTextAsync(file));
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{lines}\n{await File.ReadAllTextAsync(file)}", e);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs a program and returns what it has printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment)
    {
        using var process = Process.Start(StartOf(program, arguments, folder, environment))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(LongestRun);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} did not end within {LongestRun}.");
        }
        return process.ExitCode == 0 ? Text(await output) : throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{await output}\n{await errors}");
    }

    public static ProcessStartInfo StartOf(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // The test runner's own build has left settings of MSBuild in the environment, and the compiler takes no language where there is no globalization.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name is "DOTNET_CLI_UI_LANGUAGE" or "PreferredUILang" or "VSLANG").ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    private static string Text(string printed) => printed.ReplaceLineEndings("\n").TrimEnd();
}
