using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BudgetFirewall.Redis.Servers;

/// <summary>Listens to the commands that a server is sent, byte by byte as they came.</summary>
public sealed class CommandRecorder : IDisposable
{
    private const string Escapes = "nrtab\"\\";
    private const string Escaped = "\n\r\t\a\b\"\\";

    private readonly TcpClient _client = new();

    private CommandRecorder()
    {
    }

    public static async Task<CommandRecorder> StartAsync(RedisServer server)
    {
        var recorder = new CommandRecorder();
        await recorder._client.ConnectAsync("127.0.0.1", server.Port);
        await recorder._client.GetStream().WriteAsync("MONITOR\r\n"u8.ToArray());
        return recorder;
    }

    /// <summary>The commands until one that has the mark as an argument; each is its name and arguments.</summary>
    public async Task<IReadOnlyList<byte[][]>> UntilAsync(string mark)
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.Latin1);
        var commands = new List<byte[][]>();
        while (await reader.ReadLineAsync() is { } line && !line.Contains(mark, StringComparison.Ordinal))
        {
            // +1339518083.107412 [0 127.0.0.1:60866] "name" "argument" …; what scripts do is from "lua".
            if (line.IndexOf("] ", StringComparison.Ordinal) is var at and > 0 && !line.AsSpan(0, at).EndsWith(" lua"))
                commands.Add([.. Arguments(line.AsMemory(at + 2))]);
        }
        return commands;
    }

    public void Dispose() => _client.Dispose();

    private static IEnumerable<byte[]> Arguments(ReadOnlyMemory<char> text)
    {
        var argument = new List<byte>();
        for (var i = 1; i < text.Length; i++)
        {
            switch (text.Span[i])
            {
                case '"':
                    yield return [.. argument];
                    argument.Clear();
                    // Past the space and the next opening quote.
                    i += 2;
                    break;
                case '\\' when text.Span[i + 1] == 'x':
                    argument.Add(byte.Parse(text.Span.Slice(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 3;
                    break;
                case '\\':
                    argument.Add((byte)Escaped[Escapes.IndexOf(text.Span[++i], StringComparison.Ordinal)]);
                    break;
                default:
                    argument.Add((byte)text.Span[i]);
                    break;
            }
        }
    }
}
