using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A Redis server of a test's own: a random port, a folder of its own, stopped when disposed.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly string[] _settings;
    private readonly ServerClock? _clock;
    private readonly ReservedPort _port;
    private IServerProcess? _process;
    private ConnectionMultiplexer? _admin;

    private RedisServer(string[] settings, ServerClock? clock, ReservedPort port)
    {
        _folder = Directory.CreateTempSubdirectory("budgetfirewall-redis-").FullName;
        _settings = settings;
        _clock = clock;
        _port = port;
    }

    public int Port => _port.Number;

    public string Address => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A connection that may do everything.</summary>
    public ConnectionMultiplexer Admin => _admin ?? throw new InvalidOperationException("The server is not running.");

    public IDatabase Database => Admin.GetDatabase();

    public IServer Server => Admin.GetServer(Address);

    public static Task<RedisServer> StartAsync(params string[] settings) => StartAsync(clock: null, settings);

    public static async Task<RedisServer> StartAsync(ServerClock? clock, params string[] settings)
    {
        for (var attempt = 0; ; attempt++)
        {
            var server = new RedisServer(settings, clock, ReservedPort.Take());
            try
            {
                await server.RunAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 4)
            {
                // Somebody else took the port in between.
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Starts the server, again after it was killed.</summary>
    public async Task RunAsync()
    {
        string[] arguments = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir", _folder, .. _settings];
        _process = await IServerProcess.StartAsync(Port, _folder, arguments, _clock);
        await ConnectAsync();
    }

    public async Task KillAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
        if (_admin is not null)
            await _admin.CloseAsync(allowCommandsToComplete: false);
        _admin = null;
    }

    /// <summary>
    /// Kills a server that syncs its log to the disk every second, at a moment when it does not: while it does, Redis holds its writes back,
    /// and what it acknowledges meanwhile ends with the process.
    /// </summary>
    public async Task KillBetweenSyncsAsync()
    {
        while (!((string)(await CommandAsync("INFO", "persistence"))!).Contains("aof_pending_bio_fsync:0", StringComparison.Ordinal))
            await Task.Delay(5);
        await KillAsync();
    }

    /// <summary>Lets the server stand still, in the middle of whatever it does, until it is resumed.</summary>
    public Task PauseAsync() => _process!.PauseAsync();

    public Task ResumeAsync() => _process!.ResumeAsync();

    /// <summary>Takes the folder away from under the server, which can write no file any more.</summary>
    public void LoseFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a command on this server and gives its answer. The database would choose among all servers of a cluster, and a primary rather than its replica.</summary>
    public Task<RedisResult> CommandAsync(string command, params object[] arguments) => Server.ExecuteAsync(command, arguments);

    /// <summary>Leaves nothing of it, in no time: what a process can still do when it ends.</summary>
    public void Abandon()
    {
        _process?.Kill();
        _port.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _port.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private async Task ConnectAsync()
    {
        var options = new ConfigurationOptions { EndPoints = { { IPAddress.Loopback, Port } }, AllowAdmin = true, AbortOnConnectFail = true, ConnectTimeout = 2000, SyncTimeout = 60_000, AsyncTimeout = 60_000 };
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(25))
        {
            if (_process!.HasExited)
                throw new InvalidOperationException("redis-server has ended by itself.");
            try
            {
                if (await AnswersAsync())
                {
                    _admin = await ConnectionMultiplexer.ConnectAsync(options);
                    return;
                }
            }
            catch (RedisConnectionException) when (watch.Elapsed < Patience)
            {
            }
            if (watch.Elapsed >= Patience)
                throw new InvalidOperationException("redis-server does not answer.");
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
