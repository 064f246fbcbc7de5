using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall;

/// <summary>
/// Opens connections for deliveries, only to addresses that are allowed. A name is resolved here, and the connection goes to what came of it: there is no second look in which it could mean another address.
/// </summary>
internal sealed class WebhookConnector(AllowedAddresses addresses, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    // A connection in use is not resolved again, so it does not live long.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private const int MostHeaderKilobytes = 16;

    // Of the body of an answer nothing is needed; what is short is read so that the connection can be used again.
    private const int MostBodyBytes = 64 * 1024;

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>A handler that follows no redirect, sends no cookie and uses no proxy: a proxy would look the name up itself.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLife,
        MaxResponseHeadersLength = MostHeaderKilobytes,
        MaxResponseDrainSize = MostBodyBytes,
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, scheme) = (context.DnsEndPoint.Host, context.InitialRequestMessage.RequestUri!.Scheme);
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken).ConfigureAwait(false);
        var allowed = found.Where(one => addresses.IsAllowed(one, scheme)).ToArray();
        if (allowed.Length == 0)
            throw new WebhookRefusedException(found.Length == 0 ? $"'{DisplayText.Escape(host)}' has no address." : AllowedAddresses.RefusalOf(found[0], scheme));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
