using System.Diagnostics;
using System.Text.Json;

namespace BudgetFirewall.Reliability;

/// <summary>Does a job in a process of its own, which can be killed.</summary>
internal sealed class ProcessWorker : IWorker
{
    private readonly Process _process;

    private ProcessWorker(Process process) => _process = process;

    public static async Task<IWorker> StartAsync(WorkJob job) => await StartAsync(JsonSerializer.Serialize(job));

    /// <summary>Starts a process with the arguments of <c>Program.cs</c>, and waits until it is ready.</summary>
    public static async Task<ProcessWorker> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "BudgetFirewall.Reliability.Worker.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var worker = new ProcessWorker(Process.Start(start)!);
        (await worker._process.StandardOutput.ReadLineAsync()).Should().Be("ready");
        return worker;
    }

    public void Go() => _process.StandardInput.WriteLine("go");

    public void Stop() => _process.StandardInput.WriteLine("stop");

    public async Task<WorkResult> FinishAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A worker has ended without a result.");
        return JsonSerializer.Deserialize<WorkResult>(line)!;
    }

    /// <summary>The process's resident memory.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Ends the process with SIGKILL, as it stands.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
