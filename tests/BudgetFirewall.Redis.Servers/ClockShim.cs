using System.Diagnostics;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A library that moves a server's clock, compiled once a run.</summary>
public static class ClockShim
{
    private static readonly Lazy<string> Library = new(Compile);

    public static string Path => Library.Value;

    private static string Compile()
    {
        var library = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"budgetfirewall-clockshim-{Environment.ProcessId}.so");
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "clockshim.c");
        using var compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("A C compiler (cc) is needed to move the clock of a test's Redis server: apt-get install gcc.");
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
        return compiler.ExitCode == 0 ? library : throw new InvalidOperationException($"The clock shim does not compile: {errors}");
    }
}
