using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BudgetFirewall.Reliability;

/// <summary>
/// Listens to a server's MONITOR, which tells every script, and every command within it, in the order in which they ran: the order of the store,
/// without the store knowing.
/// </summary>
internal sealed class MonitorTap : IAsyncDisposable
{
    private readonly RedisServer _server;
    private readonly TcpClient _client = new();
    private readonly List<StoreStep> _steps = [];
    private readonly TaskCompletionSource _isHeard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _mark = "end-" + Guid.NewGuid().ToString("N");
    private Task _listening = Task.CompletedTask;
    private StoreStep? _running;
    private string _record = "";

    private MonitorTap(RedisServer server) => _server = server;

    public static async Task<MonitorTap> StartAsync(RedisServer server)
    {
        var tap = new MonitorTap(server);
        await tap._client.ConnectAsync(IPAddress.Loopback, server.Port);
        var stream = tap._client.GetStream();
        await stream.WriteAsync("MONITOR\r\n"u8.ToArray());
        var reader = new StreamReader(stream, Encoding.Latin1, false, 1 << 20);
        (await reader.ReadLineAsync()).Should().Be("+OK");
        tap._listening = tap.ListenAsync(reader);
        return tap;
    }

    /// <summary>All that the server has run until now.</summary>
    public async Task<IReadOnlyList<StoreStep>> FinishAsync()
    {
        await _server.CommandAsync("ECHO", _mark);
        await _isHeard.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return _steps;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Close();
        await _listening;
    }

    private async Task ListenAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (MonitorLine.Parse(line) is { } parsed)
                    Hear(parsed);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The tap or the server has gone.
        }
    }

    private void Hear(MonitorLine line)
    {
        if (line.IsOfScript)
        {
            if (_running is not null && line.Parts is ["SET", var key, ..] && key == _record)
                _running = _running with { HasWritten = true };
            return;
        }
        if (_running is not null)
            _steps.Add(_running);
        _running = StepOf(line);
        if (line.Parts is [_, var text, ..] && text == _mark)
            _isHeard.TrySetResult();
    }

    private StoreStep? StepOf(MonitorLine line)
    {
        if (line.Parts.Count < 5 || !Enum.TryParse<CallVerb>(RespRequest.OperationOf(line.Parts[0], line.Parts[1]), ignoreCase: true, out var verb))
            return null;
        _record = line.Parts[4];
        return new(line.At, verb, _record[(_record.LastIndexOf(":o:", StringComparison.Ordinal) + 3)..], HasWritten: false);
    }
}
