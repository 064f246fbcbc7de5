using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall.Reliability;

/// <summary>One client's connection to the server, both directions of it.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, Socket client, Random random) : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ConcurrentQueue<string> _unanswered = new();
    private volatile bool _isSilent;

    public async Task RunAsync(int port)
    {
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, port);
            await using var near = new NetworkStream(client);
            await using var far = new NetworkStream(_server);
            await Task.WhenAny(PassAsync(near, far, AskAsync), PassAsync(far, near, AnswerAsync));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away, or the connection was ended before it was made.
        }
        Dispose();
    }

    /// <summary>Lets the connection stay and nothing pass any more.</summary>
    public void Silence() => _isSilent = true;

    /// <summary>Ends the connection at once, in both directions.</summary>
    public void Dispose()
    {
        client.Close(0);
        _server.Close(0);
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, List<byte>, ValueTask<bool>> decide)
    {
        try
        {
            var frames = new RespFrames(from);
            var passing = new List<byte>();
            while (true)
            {
                var frame = await frames.NextAsync();
                var goesOn = frame.Length > 0 && await decide(frame, passing);
                if (!goesOn || !frames.HasMore)
                {
                    await to.WriteAsync(passing.ToArray());
                    passing.Clear();
                }
                if (!goesOn)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }

    private async ValueTask<bool> AskAsync(ReadOnlyMemory<byte> frame, List<byte> passing)
    {
        var faults = proxy.Faults;
        var name = RespRequest.NameOf(frame.Span);
        if (faults.RequestDelay > TimeSpan.Zero)
            await Task.Delay(faults.RequestDelay);
        if (faults.SwallowsRequests || _isSilent)
            return true;
        if (faults.Concerns(name))
        {
            proxy.CountRequest();
            if (Strikes(faults.CutRequests))
            {
                proxy.CountCut();
                passing.AddRange(frame.Span[..random.Next(frame.Length)]);
                return false;
            }
        }
        _unanswered.Enqueue(name);
        passing.AddRange(frame.Span);
        return true;
    }

    private async ValueTask<bool> AnswerAsync(ReadOnlyMemory<byte> frame, List<byte> passing)
    {
        var faults = proxy.Faults;
        var name = RespFrames.IsReply(frame.Span) && _unanswered.TryDequeue(out var asked) ? asked : "";
        if (faults.ReplyDelay > TimeSpan.Zero)
            await Task.Delay(faults.ReplyDelay);
        if (faults.SwallowsReplies || _isSilent)
            return true;
        if (faults.Concerns(name) && Strikes(faults.LostReplies))
        {
            // What stands behind it is lost with it.
            proxy.CountLost(1 + _unanswered.Count(faults.Concerns));
            return false;
        }
        passing.AddRange(frame.Span);
        return true;
    }

    private bool Strikes(double part)
    {
        if (part <= 0)
            return false;
        lock (random)
            return random.NextDouble() < part;
    }
}
