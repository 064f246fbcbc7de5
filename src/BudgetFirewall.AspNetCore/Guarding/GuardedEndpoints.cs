using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Finds the guard of a request. The options of an endpoint are worked out once.</summary>
internal sealed class GuardedEndpoints
{
    private readonly ConditionalWeakTable<Endpoint, GuardedEndpoint> _byEndpoint = [];
    private readonly BudgetEndpointOptions _defaults;
    private readonly GuardedEndpoint _everyRequest;
    private readonly GuardFilters _filters;
    private readonly WatchedEndpoints _watched;

    public GuardedEndpoints(BudgetGuardOptions options, IServiceProvider services)
    {
        _defaults = options.Defaults.Copy();
        _everyRequest = new(options.GuardEveryRequest ? new(_defaults, "Every request (GuardEveryRequest)") : null, WatchedEndpoint.None, IsAskedFor: false);
        _filters = new(options);
        _watched = new(services);
    }

    /// <summary>The guarding of a request; null when it is not guarded.</summary>
    public GuardedEndpoint? Of(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var guarded = endpoint is null ? _everyRequest : _byEndpoint.TryGetValue(endpoint, out var known) ? known : Add(endpoint);
        if (guarded.Guard is null)
            return null;
        return guarded.Guard == _everyRequest.Guard && (context.Features.Get<GuardedMarker>() is not null || _filters.LetAlone(context, endpoint)) ? null : guarded;
    }

    private GuardedEndpoint Add(Endpoint endpoint)
    {
        var guard = GuardOf(endpoint);
        return _byEndpoint.GetValue(endpoint, key => new(guard, guard is null ? WatchedEndpoint.None : _watched.Of(key), IsAskedFor: guard != _everyRequest.Guard));
    }

    private BudgetGuard? GuardOf(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<DisableBudgetAttribute>() is not null)
            return null;
        var requirements = endpoint.Metadata.GetOrderedMetadata<IBudgetRequirement>();
        if (requirements.Count == 0)
            return _everyRequest.Guard;
        var options = _defaults.Copy();
        foreach (var requirement in requirements)
            requirement.ApplyTo(options);
        return new(options, $"The endpoint '{endpoint.DisplayName}'");
    }
}
