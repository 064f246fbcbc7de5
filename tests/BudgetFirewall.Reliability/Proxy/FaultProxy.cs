using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall.Reliability;

/// <summary>Stands between clients and a server and does to them what <see cref="Faults"/> says, repeatably by its seed.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxyConnection, Task> _connections = new();
    private readonly int _upstream;
    private readonly int _seed;
    private readonly Task _accepting;
    private volatile ProxyFaults _faults = ProxyFaults.None;
    private int _accepted;
    private long _requests;
    private long _lostReplies;
    private long _cutRequests;

    public FaultProxy(int upstreamPort, int seed)
    {
        (_upstream, _seed) = (upstreamPort, seed);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public ProxyFaults Faults { get => _faults; set => _faults = value; }

    /// <summary>Requests of the kind that is concerned.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Replies to them that did not reach their client.</summary>
    public long LostReplies => Volatile.Read(ref _lostReplies);

    public long CutRequests => Volatile.Read(ref _cutRequests);

    /// <summary>Ends every connection.</summary>
    public void ResetAll()
    {
        foreach (var connection in _connections.Keys)
            connection.Dispose();
    }

    /// <summary>Lets nothing pass any more over the connections that there are; neither end is told.</summary>
    public void SilenceAll()
    {
        foreach (var connection in _connections.Keys)
            connection.Silence();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        ResetAll();
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountLost(int replies) => Interlocked.Add(ref _lostReplies, replies);

    internal void CountCut() => Interlocked.Increment(ref _cutRequests);

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
            {
                return;
            }
            if (_faults.RefusesConnections)
            {
                client.Close(0);
                continue;
            }
            var connection = new ProxyConnection(this, client, new Random(unchecked((_seed * 31) + ++_accepted)));
            _connections[connection] = RunAsync(connection);
        }
    }

    private async Task RunAsync(ProxyConnection connection)
    {
        await connection.RunAsync(_upstream);
        _connections.TryRemove(connection, out _);
    }
}
