using System.Diagnostics;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The service as programs that are not .NET see it: driven by a script with curl.</summary>
public sealed class CurlTests
{
    [Fact]
    public async Task The_script_makes_every_call_with_curl_and_finds_nothing_wrong()
    {
        await using var service = await ServiceApp.StartAsync(clock: TimeProvider.System);
        var script = Path.Combine(AppContext.BaseDirectory, "Service", "service.sh");
        using var process = Process.Start(new ProcessStartInfo("sh", [script, $"{service.App.Address}budget/v1"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(process.ExitCode == 0, $"The script (it needs sh and curl) found:\n{await output}\n{await errors}");
        Assert.DoesNotContain(service.App.Log.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }
}
