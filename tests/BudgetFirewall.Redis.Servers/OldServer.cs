using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BudgetFirewall.Redis.Servers;

/// <summary>Speaks as much as a client needs to connect, and takes the first line of a script for Lua, as servers before 7.0 do.</summary>
public sealed class OldServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public OldServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            while (await reader.ReadLineAsync() is { } header)
            {
                var arguments = new string[int.Parse(header.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture)];
                for (var i = 0; i < arguments.Length; i++)
                    arguments[i] = await ReadAsync(reader);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(Reply(arguments)));
            }
        }
        catch (IOException)
        {
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var length = int.Parse((await reader.ReadLineAsync())!.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
        var text = new char[length + 2];
        await reader.ReadBlockAsync(text);
        return new(text, 0, length);
    }

    private static string Reply(string[] arguments) => arguments[0].ToUpperInvariant() switch
    {
        "PING" when arguments.Length == 1 => "+PONG\r\n",
        "PING" or "ECHO" => Bulk(arguments[1]),
        "INFO" => Bulk("redis_version:6.2.14\r\nredis_mode:standalone\r\nrole:master\r\n"),
        "CONFIG" => "*0\r\n",
        "CLUSTER" => "-ERR This instance has cluster support disabled\r\n",
        "GET" => "$-1\r\n",
        "SUBSCRIBE" => $"*3\r\n$9\r\nsubscribe\r\n{Bulk(arguments[1])}:1\r\n",
        "EVALSHA" => "-NOSCRIPT No matching script. Please use EVAL.\r\n",
        "EVAL" => "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'\r\n",
        _ => "+OK\r\n",
    };

    private static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";
}
