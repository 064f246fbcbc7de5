using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>
/// The question of a browser whether a page of another origin may make a request. CORS answers it in front of the endpoint, which costs nothing;
/// anybody can send one, though, and an endpoint for any method would run it. So it is guarded at the moment when the endpoint begins.
/// </summary>
internal sealed class Preflight(Func<HttpContext, RequestDelegate, Task> guard)
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> _deferred = [];

    public static bool Is(HttpRequest request) =>
        request.Method == HttpMethods.Options && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>The endpoint, guarded when it is run.</summary>
    public Endpoint Deferred(Endpoint endpoint) => _deferred.GetValue(endpoint, Defer);

    private Endpoint Defer(Endpoint endpoint)
    {
        if (endpoint.RequestDelegate is not { } run)
            return endpoint;
        return endpoint is RouteEndpoint route
            ? new RouteEndpoint(RunAsync, route.RoutePattern, route.Order, route.Metadata, route.DisplayName)
            : new Endpoint(RunAsync, endpoint.Metadata, endpoint.DisplayName);

        Task RunAsync(HttpContext context)
        {
            context.SetEndpoint(endpoint);
            return guard(context, run);
        }
    }
}
