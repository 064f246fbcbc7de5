using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The watch over an endpoint, which notices when its handler is reached.</summary>
/// <param name="Start">The progress of a request before its endpoint begins.</param>
/// <param name="Replacement">An endpoint that does the same and is watched, to be run instead; null where the endpoint itself is run.</param>
internal sealed record WatchedEndpoint(HandlerProgress Start, Endpoint? Replacement)
{
    /// <summary>Nothing is noticed.</summary>
    public static WatchedEndpoint None { get; } = new(HandlerProgress.Unwatched, Replacement: null);
}
