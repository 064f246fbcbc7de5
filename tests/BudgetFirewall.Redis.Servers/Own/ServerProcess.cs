using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A running redis-server, from the one on PATH.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public static Task<ServerProcess> StartAsync(int port, string folder, IEnumerable<string> arguments, ServerClock? clock)
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
            return Task.FromResult(new ServerProcess(process));
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException(
                $"These tests start a redis-server 7.0 or later of their own (on port {port}) and found none on PATH. Install it (Debian: apt-get install redis-server; macOS: brew install redis), "
                + "set BUDGETFIREWALL_TEST_REDIS=host:port to a server they may write to, or build with -p:UseTestcontainers=true where there is Docker.", e);
        }
    }

    /// <summary>Lets it stand still, in the middle of whatever it does.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>Ends it without waiting until it has ended.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ends it as a crash would.</summary>
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
