using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace BudgetFirewall;

/// <summary>Adds a watch to the handlers of guarded endpoints, whichever way they were mapped.</summary>
internal sealed class WatchedEndpoints(IServiceProvider services)
{
    private readonly Lock _lock = new();
    private ILookup<TwinKey, RouteEndpoint>? _twins;
    private IChangeToken? _change;

    public WatchedEndpoint Of(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<HandlerWatch>() is { } watch)
            return watch.IsPlanted ? new(HandlerProgress.Waiting, Replacement: null) : WatchedEndpoint.None;
        if (endpoint.Metadata.GetMetadata<ActionDescriptor>() is { } action)
        {
            ActionWatch.Plant(action);
            return WatchedEndpoint.None;
        }
        return endpoint is RouteEndpoint route && TwinOf(route) is { } run
            ? new(HandlerProgress.Waiting, new RouteEndpoint(HandlerWatch.Around(run), route.RoutePattern, route.Order, route.Metadata, route.DisplayName))
            : WatchedEndpoint.None;
    }

    // A route handler that did not ask for a budget itself was built without a watch, and cannot be changed any more. As for a group, its source
    // builds it once more with a convention; the handler is the same.
    private RequestDelegate? TwinOf(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<MethodInfo>() is null || services.GetService<EndpointDataSource>() is not { } source)
            return null;
        var twins = Twins(source)[TwinKey.Of(endpoint)].Take(2).ToList();
        return twins is [{ RequestDelegate: { } run } only] && only.Metadata.GetMetadata<HandlerWatch>() is { IsPlanted: true } ? run : null;
    }

    private ILookup<TwinKey, RouteEndpoint> Twins(EndpointDataSource source)
    {
        lock (_lock)
        {
            if (_twins is not null && _change is { HasChanged: false })
                return _twins;
            _change = source.GetChangeToken();
            var group = new RouteGroupContext
            {
                Prefix = RoutePatternFactory.Pattern(),
                Conventions = [HandlerWatch.Plant],
                FinallyConventions = Array.Empty<Action<EndpointBuilder>>(),
                ApplicationServices = services,
            };
            return _twins = source.GetGroupedEndpoints(group).OfType<RouteEndpoint>().ToLookup(TwinKey.Of);
        }
    }

    /// <summary>The key by which an endpoint and its second build are matched; no two other endpoints share it.</summary>
    private readonly record struct TwinKey(MethodInfo? Handler, string Path, string Methods, int Order)
    {
        public static TwinKey Of(RouteEndpoint endpoint) => new(
            endpoint.Metadata.GetMetadata<MethodInfo>(),
            endpoint.RoutePattern.RawText?.Trim('/') ?? "",
            string.Join(' ', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []),
            endpoint.Order);
    }
}
