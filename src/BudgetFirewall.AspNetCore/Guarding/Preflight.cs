using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>
/// A CORS preflight: the request that a browser sends before a page of another origin makes its own.
/// The CORS middleware answers it in front of the endpoint, which costs nothing. But anybody can send one, and other code that answers it may have made a paid call.
/// So budget is held for it as for any request, and released where CORS has answered.
/// </summary>
internal sealed class Preflight
{
    // Set by the CORS middleware on a request whose endpoint it has looked at.
    private const string CorsItem = "__CorsMiddlewareWithEndpointInvoked";

    private readonly ConditionalWeakTable<Endpoint, Endpoint> _watched = [];

    public static bool Is(HttpContext context) => context.Request.Method == HttpMethods.Options
        && context.Request.Headers.Origin.Count > 0 && context.Request.Headers.AccessControlRequestMethod.Count > 0 && context.GetEndpoint() is not null;

    /// <summary>True when CORS has answered: nothing has begun the endpoint, and the answer is the one that the CORS middleware gives.</summary>
    public static bool IsAnsweredByCors(HttpContext context) =>
        context.Response.StatusCode == StatusCodes.Status204NoContent
        && (context.Response.Headers.AccessControlAllowOrigin.Count > 0 || (context.Items.ContainsKey(CorsItem) && HasPolicy(context)));

    /// <summary>The endpoint, which notes that it begins.</summary>
    public Endpoint Watched(Endpoint endpoint) => _watched.GetValue(endpoint, Watch);

    // Without a policy the middleware passes every request on.
    private static bool HasPolicy(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not null
        || context.RequestServices.GetService<IOptions<CorsOptions>>()?.Value is { } options && options.GetPolicy(options.DefaultPolicyName) is not null;

    private static Endpoint Watch(Endpoint endpoint)
    {
        if (endpoint.RequestDelegate is not { } run)
            return endpoint;
        return endpoint is RouteEndpoint route
            ? new RouteEndpoint(RunAsync, route.RoutePattern, route.Order, route.Metadata, route.DisplayName)
            : new Endpoint(RunAsync, endpoint.Metadata, endpoint.DisplayName);

        Task RunAsync(HttpContext context)
        {
            BudgetContext.Find(context)?.EndpointBegins();
            context.SetEndpoint(endpoint);
            return run(context);
        }
    }
}
