using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;

namespace BudgetFirewall;

/// <summary>
/// Metadata of a route handler that notices when it is reached: what the framework refuses before (a body that cannot be read, a parameter that cannot be
/// bound, a validation that fails) never runs it.
/// </summary>
internal sealed class HandlerWatch
{
    private HandlerWatch()
    {
    }

    /// <summary>True once the endpoint has been built with the filter in it. An endpoint that is built in another way has no filters, and is not watched.</summary>
    public bool IsPlanted { get; private set; }

    /// <summary>The convention that adds a watch to a route handler. Other endpoints refuse nothing by themselves, or are watched in another way.</summary>
    public static void Plant(EndpointBuilder endpoint)
    {
        if (!Has<MethodInfo>(endpoint) || Has<ActionDescriptor>(endpoint) || Has<HandlerWatch>(endpoint))
            return;
        var watch = new HandlerWatch();
        endpoint.Metadata.Add(watch);
        // Before the application's own filters, which may make paid calls too; the framework puts its validation before all.
        endpoint.FilterFactories.Insert(0, watch.FilterOf(endpoint));
    }

    /// <summary>The watch of an endpoint that is being built; null when it has none, or one that was not built in.</summary>
    public static HandlerWatch? Of(EndpointBuilder endpoint) => endpoint.Metadata.OfType<HandlerWatch>().FirstOrDefault(watch => watch.IsPlanted);

    /// <summary>Makes an endpoint say that it has begun.</summary>
    public static RequestDelegate Around(RequestDelegate run) => context =>
    {
        BudgetContext.Find(context)?.HandlerBegins();
        return run(context);
    };

    private Func<EndpointFilterFactoryContext, EndpointFilterDelegate, EndpointFilterDelegate> FilterOf(EndpointBuilder endpoint)
    {
        return Filter;

        EndpointFilterDelegate Filter(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
        {
            IsPlanted = true;
            // All filters are there by now. Those of the application run also where binding has failed.
            var isLast = endpoint.FilterFactories.Count == 0 || endpoint.FilterFactories[^1] == Filter;
            return call =>
            {
                // By this status the framework passes over the handler.
                if (!isLast || call.HttpContext.Response.StatusCode != StatusCodes.Status400BadRequest)
                    BudgetContext.Find(call.HttpContext)?.HandlerReached();
                return next(call);
            };
        }
    }

    private static bool Has<T>(EndpointBuilder endpoint)
    {
        foreach (var item in endpoint.Metadata)
        {
            if (item is T)
                return true;
        }
        return false;
    }
}
