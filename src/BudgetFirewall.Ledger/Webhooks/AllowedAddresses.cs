using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall;

/// <summary>
/// Decides which addresses deliveries may go to: public ones, and those of the networks that are allowed by name. What is private, loopback, link-local (the metadata of clouds), multicast, reserved or for documentation is refused, as the
/// registries of special-purpose addresses of IANA (<a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4</a>, <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6</a>) list it.
/// </summary>
internal sealed class AllowedAddresses(IReadOnlyList<IPNetwork> allowedNetworks)
{
    /// <summary>The most characters that a URL may have.</summary>
    public const int LongestUrl = 2_048;

    private static readonly IPNetwork[] RefusedOfV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6 only this is given to anybody, less the parts below it that carry addresses of IPv4, are for documentation, or lead nowhere.
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] RefusedOfV6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse)];

    /// <summary>Checks the URL of a subscription before it is taken. A name is looked up when a connection is made, and each time anew.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? FaultOf(string url)
    {
        if (url.Length > LongestUrl)
            return $"A URL has at most {LongestUrl} characters, not {url.Length}.";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            return $"'{DisplayText.Escape(url)}' is no URL of https.";
        if (uri.Scheme == "http" && allowedNetworks.Count == 0)
            return "Deliveries have to be encrypted: a URL of http is for networks that are allowed, and there are none.";
        if (uri.UserInfo.Length > 0)
            return "A URL carries no user or password: deliveries are signed.";
        return IPAddress.TryParse(uri.IdnHost, out var address) && !IsAllowed(address, uri.Scheme) ? RefusalOf(address, uri.Scheme) : null;
    }

    /// <summary>True when a delivery may go to an address: unencrypted only in a network that is allowed by name.</summary>
    public bool IsAllowed(IPAddress address, string scheme)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowedNetworks.Any(network => network.Contains(plain)) || (scheme == "https" && IsPublic(plain));
    }

    public static string RefusalOf(IPAddress address, string scheme) => IsPublic(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address) && scheme == "http"
        ? $"Deliveries to {address} have to be encrypted (https): it is in no network that is allowed."
        : $"{address} is not a public address and in no network that is allowed.";

    private static bool IsPublic(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? !RefusedOfV4.Any(network => network.Contains(address))
        : PublicV6.Contains(address) && !RefusedOfV6.Any(network => network.Contains(address));
}
