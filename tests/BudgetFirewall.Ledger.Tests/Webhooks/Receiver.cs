using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BudgetFirewall.Ledger.Tests.Webhooks;

/// <summary>A receiver of webhooks on a port of this machine, which keeps what it gets and answers as it is told. It knows no more of HTTP than it needs.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<Received, string?> _answer;
    private readonly Task _loop;

    /// <param name="answer">The answer, from its status line on, to what was received; null to give none.</param>
    /// <param name="address">The address that it listens on; null: 127.0.0.1.</param>
    /// <param name="port">Its port; 0: one that is free.</param>
    public Receiver(Func<Received, string?>? answer = null, IPAddress? address = null, int port = 0)
    {
        _answer = answer ?? (_ => Status("204 No Content"));
        _listener = new(address ?? IPAddress.Loopback, port);
        _listener.Start();
        // Apart from the context of the test, which lets only as many go on at a time as there are processors.
        _loop = Task.Run(AcceptAsync);
    }

    public ConcurrentQueue<Received> Deliveries { get; } = new();

    public int Connections { get; private set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/hook");

    public static string Status(string status, params string[] headers) => $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        // Only then: a listener that is stopped between two connections throws something else.
        await _loop;
        _listener.Stop();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                Connections++;
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It is closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var bytes = new List<byte>();
            var chunk = new byte[4_096];
            int end;
            while ((end = EndOfHead(bytes)) < 0)
                bytes.AddRange(chunk[..await ReadAsync(stream, chunk)]);
            var lines = Encoding.ASCII.GetString([.. bytes[..end]]).Split("\r\n");
            var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
            var length = int.Parse(headers["Content-Length"], CultureInfo.InvariantCulture);
            while (bytes.Count < end + 4 + length)
                bytes.AddRange(chunk[..await ReadAsync(stream, chunk)]);
            var received = new Received(lines[0], headers, [.. bytes[(end + 4)..]]);
            Deliveries.Enqueue(received);
            if (_answer(received) is { } answer)
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _closing.Token);
            else
                await Task.Delay(Timeout.Infinite, _closing.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or EndOfStreamException)
        {
            // The sender is gone, or the receiver is closed.
        }
    }

    private async Task<int> ReadAsync(NetworkStream stream, byte[] chunk) => await stream.ReadAsync(chunk, _closing.Token) is > 0 and var count ? count : throw new EndOfStreamException();

    private static int EndOfHead(List<byte> bytes) => Encoding.ASCII.GetString([.. bytes]).IndexOf("\r\n\r\n", StringComparison.Ordinal);
}
