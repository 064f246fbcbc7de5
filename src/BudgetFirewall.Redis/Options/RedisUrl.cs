using System.Globalization;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Reads the configuration of a connection: a URL as hosting services give it, or the client's own form.</summary>
internal static class RedisUrl
{
    private const int UsualPort = 6379;
    private const string Separator = "://";

    /// <summary>Reads either form.</summary>
    /// <exception cref="ArgumentException">The text cannot be read; the message does not show its password.</exception>
    public static ConfigurationOptions ParseConfiguration(string configuration)
    {
        var text = configuration.Trim();
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        // A password may have any characters, but the client's own form begins with an address.
        return end < 0 || text.AsSpan(0, end).ContainsAny(',', ':', '=') ? ConfigurationOptions.Parse(text) : Parse(text, text[..end]);
    }

    private static ConfigurationOptions Parse(string url, string scheme)
    {
        var rest = url[(scheme.Length + Separator.Length)..];
        var authority = rest.AsSpan(0, rest.AsSpan().IndexOfAny('/', '?', '#') is var end and >= 0 ? end : rest.Length);
        var at = authority.LastIndexOf('@');
        // A password that is not percent-encoded may have any characters, an @ and what ends the authority among them; one in a query is not shown either.
        var shown = $"{scheme}{Separator}{(rest.LastIndexOf('@') is var last and >= 0 ? "…" + rest[last..] : rest)}";
        shown = shown.IndexOfAny(['?', '#']) is var query and >= 0 ? shown[..(query + 1)] + "…" : shown;
        var options = new ConfigurationOptions { Ssl = IsSecure(scheme, shown) };
        if (at < 0 && rest.Contains('@', StringComparison.Ordinal))
            throw Bad(shown, "must have special characters of user and password percent-encoded");
        AddAddress(options, authority[(at + 1)..], shown);
        if (at >= 0)
            SetLogin(options, authority[..at].ToString(), shown);
        SetDatabase(options, rest[authority.Length..], shown);
        return options;
    }

    private static bool IsSecure(string scheme, string shown) => scheme.ToUpperInvariant() switch
    {
        "REDIS" => false,
        "REDISS" => true,
        _ => throw Bad(shown, "must begin with redis:// or, for TLS, rediss://"),
    };

    private static void AddAddress(ConfigurationOptions options, ReadOnlySpan<char> address, string shown)
    {
        var portAt = address.StartsWith("[") && address.IndexOf(']') is var close and > 0 ? close + 1 : address.LastIndexOf(':') is var colon and >= 0 ? colon : address.Length;
        var host = address[..portAt].Trim("[]").ToString();
        var port = address[portAt..];
        if (host.Length == 0 || host.Contains(',', StringComparison.Ordinal))
            throw Bad(shown, "must name one host");
        if (port.IsEmpty)
            options.EndPoints.Add(host, UsualPort);
        else if (port[0] == ':' && ushort.TryParse(port[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            options.EndPoints.Add(host, number);
        else
            throw Bad(shown, "must have a port from 1 to 65535, or none");
    }

    private static void SetLogin(ConfigurationOptions options, string login, string shown)
    {
        if (login.Split(':', 2) is not [var user, var password])
            throw Bad(shown, "must have user:password@ or :password@ before the host");
        options.User = user.Length > 0 ? Uri.UnescapeDataString(user) : null;
        options.Password = Uri.UnescapeDataString(password);
    }

    private static void SetDatabase(ConfigurationOptions options, string path, string shown)
    {
        if (path.AsSpan().ContainsAny('?', '#'))
            throw Bad(shown, "must have nothing behind the database, and special characters of user and password percent-encoded; further options are given in the client's form, as host:6379,ssl=true,password=…");
        var database = path.TrimStart('/');
        if (database.Length == 0)
            return;
        options.DefaultDatabase = int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad(shown, "must end with the number of a database, as /0, or with nothing");
    }

    private static ArgumentException Bad(string shown, string problem) => new($"The Redis URL {problem}: '{DisplayText.Escape(shown)}'.", "configuration");
}
