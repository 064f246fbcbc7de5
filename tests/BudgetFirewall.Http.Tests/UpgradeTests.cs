using System.Net.WebSockets;
using System.Text;

namespace BudgetFirewall.Http.Tests;

/// <summary>A connection that becomes a WebSocket is one call, charged when it is closed.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task A_WebSocket_works_both_ways_and_is_charged_once_when_it_is_closed()
    {
        await using var server = await PaidServer.StartAsync();
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 10m });
                options.Pricing.Providers["echo"] = 1m;
            })
            .Build();
        List<SettledCall> settled = [];
        var options = new BudgetHandlerOptions { Provider = "echo", Calls = { OnSettled = settled.Add } };
        using var invoker = new HttpMessageInvoker(new BudgetHandler(firewall, options) { InnerHandler = new SocketsHttpHandler() });
        var buffer = new byte[100];

        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/echo" }.Uri, invoker, CancellationToken.None);
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            Encoding.UTF8.GetString(buffer, 0, received.Count).Should().Be("hello");
            settled.Should().BeEmpty();
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        var state = (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        (state.Spent, state.Held).Should().Be((1m, 0m));
        var usage = settled.Should().ContainSingle().Which.Usage!;
        (usage.RequestBytes > "hello".Length && usage.ResponseBytes > "hello".Length).Should().BeTrue();
    }
}
