using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A process of the redis-server on PATH.</summary>
internal sealed class OwnServerProcess : IServerProcess
{
    private readonly Process _process;

    private OwnServerProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public static OwnServerProcess Start(int port, string folder, IEnumerable<string> arguments, ServerClock? clock)
    {
        var start = new ProcessStartInfo("redis-server", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (clock is not null)
        {
            start.Environment["LD_PRELOAD"] = ClockShim.Path;
            start.Environment["CLOCKSHIM_FILE"] = clock.Path;
        }
        try
        {
            var process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return new(process);
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException(
                $"These tests start a redis-server 7.0 or later of their own (on port {port}) and found none on PATH. Install it (Debian: apt-get install redis-server; macOS: brew install redis), "
                + "set BUDGETFIREWALL_TEST_REDIS=host:port to a server they may write to, or build with -p:UseTestcontainers=true where there is Docker.", e);
        }
    }

    public Task PauseAsync() => SignalAsync("STOP");

    public Task ResumeAsync() => SignalAsync("CONT");

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
