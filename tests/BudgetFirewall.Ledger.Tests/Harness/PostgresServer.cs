using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>The PostgreSQL server of the tests: a process of their own, or that of BUDGETFIREWALL_TEST_POSTGRES, a connection string to a server where databases may be made.</summary>
public sealed class PostgresServer
{
    private const string HowToGetOne =
        "These tests start a PostgreSQL server of their own and found no initdb and pg_ctl, on PATH or in /usr/lib/postgresql. Install them (Debian: apt-get install postgresql), "
        + "or set BUDGETFIREWALL_TEST_POSTGRES to the connection string of a server where they may make databases.";

    private static readonly string[] StartUp = ["-w", "-t", "300", "start"];

    private static readonly Lazy<Task<PostgresServer>> Only = new(StartAsync);

    private readonly Func<string[], Task>? _control;

    private PostgresServer(string connectionString, Func<string[], Task>? control = null) => (ConnectionString, _control) = (connectionString, control);

    public string ConnectionString { get; }

    public static Task<PostgresServer> GetAsync() => Only.Value;

    /// <summary>Ends all its processes at once, as a crash would; false for a server that is not the tests' own.</summary>
    public async Task<bool> TryKillAsync()
    {
        if (_control is null)
            return false;
        await _control(["-m", "immediate", "-w", "stop"]);
        return true;
    }

    /// <summary>Starts it again after it was killed.</summary>
    public Task StartAgainAsync() => _control!(StartUp);

    private static async Task<PostgresServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("BUDGETFIREWALL_TEST_POSTGRES") is { Length: > 0 } given)
            return new(given);
        var programs = Programs();
        var folder = Directory.CreateTempSubdirectory("postgres").FullName;
        // The server refuses to run as root, and then runs as the user of Debian's package.
        var isRoot = Environment.UserName == "root";
        if (isRoot)
            await RunAsync("chown", "postgres", folder);
        await RunAsync(isRoot, Path.Combine(programs, "initdb"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D", folder);
        var port = Redis.Servers.ReservedPort.Take();
        // Nothing of it outlives the tests, so that nothing waits for the disk.
        var options = string.Create(CultureInfo.InvariantCulture, $"-p {port.Number} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200");
        Task ControlAsync(string[] arguments) => RunAsync(isRoot, Path.Combine(programs, "pg_ctl"), ["-D", folder, "-o", options, "-l", Path.Combine(folder, "log"), .. arguments]);
        await ControlAsync(StartUp);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            ControlAsync(["-m", "immediate", "-w", "stop"]).GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
            port.Dispose();
        };
        return new(string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port.Number};Username=postgres;Database=postgres"), ControlAsync);
    }

    private static string Programs()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(version => Path.Combine(version, "bin")) : []);
        return folders.LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl"))) ?? throw new FileNotFoundException(HowToGetOne);
    }

    private static Task RunAsync(bool asPostgres, string program, params string[] arguments) =>
        asPostgres ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    // What the server writes goes to its log; a pipe of its own would stay open as long as it runs.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" })
            ?? throw new Win32Exception($"{program} did not start.");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
