using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Redis.Tests;

/// <summary>One of several processes that share a budget.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Starts a process and waits until it has met the server.</summary>
    public static async Task<WorkerProcess> StartAsync(string address, string prefix, int callers, int calls, decimal limit, string mode, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "BudgetFirewall.Worker.dll"), address, prefix,
            callers.ToString(CultureInfo.InvariantCulture), calls.ToString(CultureInfo.InvariantCulture), limit.ToString(CultureInfo.InvariantCulture), mode, .. more,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var worker = new WorkerProcess(Process.Start(start)!);
        (await worker.ReadLineAsync()).Should().Be("ready");
        return worker;
    }

    public void Go() => _process.StandardInput.WriteLine();

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Waits for the end: how many reservations were granted, and the nanos of all acknowledged commits.</summary>
    public async Task<(int Granted, long CommittedNanos)> FinishAsync()
    {
        var parts = (await ReadLineAsync())!.Split(' ');
        await _process.WaitForExitAsync();
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Ends the process as it stands, and gives the nanos of the commits that it had printed.</summary>
    public async Task<long> KillAsync()
    {
        _process.Kill();
        var nanos = 0L;
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith("committed ", StringComparison.Ordinal) && long.TryParse(line.AsSpan(10), NumberStyles.None, CultureInfo.InvariantCulture, out var committed))
                nanos += committed;
        }
        return nanos;
    }

    /// <summary>Ends the process as it stands once it has printed so many lines, and gives all that it printed.</summary>
    public async Task<List<string>> KillAfterAsync(int lines)
    {
        var printed = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            printed.Add(line);
            if (printed.Count == lines)
                _process.Kill();
        }
        return printed;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
