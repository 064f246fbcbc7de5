using System.Net;

namespace BudgetFirewall;

/// <summary>The options of deliveries over HTTP. Read once, when a channel is made.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// The networks that deliveries may go to although they are not public, and unencrypted: <c>10.0.0.0/8</c>, say. Default: none, so that a URL that somebody has given reaches neither this machine nor its
    /// neighbours nor the metadata of a cloud.
    /// </summary>
    public IList<IPNetwork> AllowedNetworks { get; } = [];

    /// <summary>The time that a receiver has for its answer, connecting included, 1 second to 1 minute. Default 20 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan Timeout
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Timeout), value, "Timeout must be from 1 second to 1 minute.");
    } = TimeSpan.FromSeconds(20);

    /// <summary>Finds the addresses of a name, each time that a connection is made. Default: the system's resolver. The connection goes to one of the addresses that are allowed; there is no second look.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = static (name, cancellationToken) => Dns.GetHostAddressesAsync(name, cancellationToken);

    internal static WebhookOptions From(Action<WebhookOptions>? configure)
    {
        var options = new WebhookOptions();
        configure?.Invoke(options);
        return options;
    }
}
