namespace BudgetFirewall.Reliability;

/// <summary>What goes wrong between client and server, per request and per reply, at random.</summary>
internal sealed record ProxyFaults
{
    public static readonly ProxyFaults None = new();

    /// <summary>The requests that are concerned, by the name of their operation.</summary>
    public Func<string, bool> Concerns { get; init; } = static name => name is "reserve" or "commit" or "release" or "spend" or "charge";

    /// <summary>How many of the replies are lost: the connection ends before them, and with them end all that come behind.</summary>
    public double LostReplies { get; init; }

    /// <summary>How many of the requests are cut at a random byte, and the connection with them.</summary>
    public double CutRequests { get; init; }

    /// <summary>How long every request, and every reply, takes longer.</summary>
    public TimeSpan RequestDelay { get; init; }

    public TimeSpan ReplyDelay { get; init; }

    /// <summary>Whether requests, or replies, vanish while the connection stays.</summary>
    public bool SwallowsRequests { get; init; }

    public bool SwallowsReplies { get; init; }

    /// <summary>Whether connections are ended as soon as they are made.</summary>
    public bool RefusesConnections { get; init; }
}
