using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace BudgetFirewall.Sample.Web;

/// <summary>Posts events to this process, as to any receiver of webhooks. Best effort; where the server listens on no unencrypted address, nothing is posted.</summary>
internal sealed class OwnEndpoint(IServer server, ReceivedEvents received) : IEventChannel, IDisposable
{
    public const string Path = "/events";

    private WebhookChannel? _channel;

    public async ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        _channel ??= Open();
        if (_channel is not null)
            await _channel.SendAsync(budgetEvent, cancellationToken);
    }

    public void Dispose() => _channel?.Dispose();

    /// <summary>The addresses of a server are known once it listens.</summary>
    private WebhookChannel? Open()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse).FirstOrDefault(one => one.Scheme == Uri.UriSchemeHttp && !one.IsUnixPipe);
        if (address is null)
            return null;
        // It may listen on all addresses, and is on this machine in any case.
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any) ? ip : IPAddress.Loopback;
        var url = new UriBuilder(Uri.UriSchemeHttp, host.ToString(), address.Port, Path).Uri;
        return new(url.ToString(), received.Secret, options => options.AllowedNetworks.Add(new IPNetwork(host, host.GetAddressBytes().Length * 8)));
    }
}
