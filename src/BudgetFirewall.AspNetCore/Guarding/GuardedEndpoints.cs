using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Which requests are guarded, and how. What an endpoint asks for is worked out once.</summary>
internal sealed class GuardedEndpoints
{
    private readonly ConditionalWeakTable<Endpoint, BudgetGuard?> _byEndpoint = [];
    private readonly BudgetEndpointOptions _defaults;
    private readonly BudgetGuard? _everyRequest;
    private readonly PathString[] _excludePaths;
    private readonly PathString[] _includeOnlyPaths;
    private readonly HashSet<string> _excludeMethods;

    public GuardedEndpoints(BudgetGuardOptions options)
    {
        _defaults = options.Defaults.Copy();
        _everyRequest = options.GuardEveryRequest ? new(_defaults, "Every request (GuardEveryRequest)") : null;
        _excludePaths = [.. options.ExcludePaths];
        _includeOnlyPaths = [.. options.IncludeOnlyPaths];
        _excludeMethods = new(options.ExcludeMethods, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The guard of a request; null when it is let alone.</summary>
    public BudgetGuard? GuardOf(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint)
            return IsFilteredOut(context) ? null : _everyRequest;
        if (_byEndpoint.GetValue(endpoint, Resolve) is { } guard)
            return guard == _everyRequest && IsFilteredOut(context) ? null : guard;
        return null;
    }

    private BudgetGuard? Resolve(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<DisableBudgetAttribute>() is not null)
            return null;
        var requirements = endpoint.Metadata.GetOrderedMetadata<IBudgetRequirement>();
        if (requirements.Count == 0)
            return _everyRequest;
        var options = _defaults.Copy();
        foreach (var requirement in requirements)
            requirement.ApplyTo(options);
        return new(options, $"The endpoint '{endpoint.DisplayName}'");
    }

    private bool IsFilteredOut(HttpContext context) =>
        _everyRequest is null
        || _excludeMethods.Contains(context.Request.Method)
        || IsBelow(context.Request.Path, _excludePaths)
        || (_includeOnlyPaths.Length > 0 && !IsBelow(context.Request.Path, _includeOnlyPaths))
        || context.Features.Get<GuardMark>() is not null;

    private static bool IsBelow(PathString path, PathString[] roots)
    {
        foreach (var root in roots)
        {
            if (path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
