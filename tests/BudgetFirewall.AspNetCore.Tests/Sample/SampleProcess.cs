using System.Diagnostics;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The sample web application as a process of its own, configured by environment variables only.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private readonly Process _process;

    private SampleProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Sample");

    public Uri Address { get; }

    /// <summary>Runs a sample that cannot start, until it has ended.</summary>
    public static async Task<(int ExitCode, string Errors)> RunAsync(params (string Name, string Value)[] environment)
    {
        using var process = Process.Start(StartInfo(environment))!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }

    public static async Task<SampleProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var process = Process.Start(StartInfo(environment))!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, output) => Read(output.Data, address);
        process.BeginOutputReadLine();
        return new(process, await address.Task.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo((string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "BudgetFirewall.Sample.Web.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.Environment["Urls"] = "http://127.0.0.1:0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    private static void Read(string? line, TaskCompletionSource<Uri> address)
    {
        if (line is null)
            address.TrySetException(new InvalidOperationException("The sample has ended before it listened."));
        else if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var start)
            address.TrySetResult(new(line[(start + Listening.Length)..]));
    }
}
