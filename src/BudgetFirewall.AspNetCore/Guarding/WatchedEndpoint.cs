using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>How it is noticed that an endpoint's handler is reached.</summary>
/// <param name="Start">What is known of a request before its endpoint begins.</param>
/// <param name="Replacement">An endpoint that does the same and is watched, to be run instead; null: none.</param>
internal sealed record WatchedEndpoint(HandlerProgress Start, Endpoint? Replacement)
{
    /// <summary>Nothing is noticed.</summary>
    public static WatchedEndpoint None { get; } = new(HandlerProgress.Unwatched, Replacement: null);
}
