using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Sends requests byte for byte: other clients tidy methods and paths up.</summary>
internal static class RawClient
{
    /// <summary>The status of the answer to a request that is sent as written.</summary>
    public static async Task<int> StatusAsync(Uri address, string method, string target, string headers = "", string? body = null)
    {
        var answer = await SendAsync(address, method, target, headers, body);
        answer.Should().StartWith("HTTP/1.1 ");
        return int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The whole answer, head and body.</summary>
    public static async Task<string> SendAsync(Uri address, string method, string target, string headers = "", string? body = null)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        var length = body is null ? "" : $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}{length}\r\n{body}"));
        return await new StreamReader(socket.GetStream()).ReadToEndAsync();
    }
}
