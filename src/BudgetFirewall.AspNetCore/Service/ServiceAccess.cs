using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>
/// Ensures that the service is open to everybody only where the application says so. It looks at the endpoints as they are built, with the conventions
/// of their groups and those that were added after the mapping.
/// </summary>
internal sealed class ServiceAccess(string prefix, IServiceProvider services)
{
    // Set by the authorization middleware on a request whose endpoint it has looked at; ASP.NET Core itself asks for it only where an endpoint has an IAuthorizeData.
    private const string AuthorizationItem = "__AuthorizationMiddlewareWithEndpointInvoked";

    private readonly bool _isDevelopment = services.GetService<IHostEnvironment>()?.IsDevelopment() ?? false;

    private ILogger Logger => (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.AspNetCore");

    /// <summary>The convention of the endpoints of a group.</summary>
    public Action<EndpointBuilder> Protect(BudgetEndpointGroups group) => endpoint =>
    {
        if (endpoint.RequestDelegate is not { } run)
            return;
        endpoint.Metadata.Add(new ServiceGroup(this, group));
        endpoint.RequestDelegate = context =>
        {
            // Caches must keep neither the state of a budget nor an error about it.
            context.Response.Headers.CacheControl = "no-store";
            if (context.GetEndpoint() is { } asked)
                Refuse(context, asked);
            return _isDevelopment || context.GetEndpoint() is not { } routed || !IsOpen(routed) ? run(context) : throw new InvalidOperationException(Complaint());
        };
    };

    /// <summary>Has the endpoints looked at before the first request is served.</summary>
    public void CheckAtStart(IEndpointRouteBuilder endpoints)
    {
        if (endpoints is IApplicationBuilder app)
        {
            // Nothing is added to the pipeline; this runs when it is built, with all endpoints mapped and nothing served yet.
            app.Use(next =>
            {
                Check();
                return next;
            });
            return;
        }
        // A group or a branch knows no pipeline. Until the host has started, and where it cannot be stopped, open endpoints fail.
        var lifetime = services.GetService<IHostApplicationLifetime>();
        lifetime?.ApplicationStarted.Register(() => CheckOrStop(lifetime));
    }

    private void CheckOrStop(IHostApplicationLifetime lifetime)
    {
        try
        {
            Check();
        }
        catch (InvalidOperationException e)
        {
            ServiceLog.Stopped(Logger, e);
            lifetime.StopApplication();
        }
    }

    private void Check()
    {
        var contradictory = GroupsThat(IsContradictory);
        if (contradictory != BudgetEndpointGroups.None)
            throw new InvalidOperationException(Contradiction(contradictory));
        var open = OpenGroups();
        if (open == BudgetEndpointGroups.None)
            return;
        if (!_isDevelopment)
            throw new InvalidOperationException(Complaint(open));
        ServiceLog.Open(Logger, prefix, open);
    }

    /// <summary>
    /// Throws for a request that must not be served: one to a contradictory group, or one that was not authorized where only a fallback policy protects.
    /// </summary>
    private void Refuse(HttpContext context, Endpoint endpoint)
    {
        if (IsContradictory(endpoint))
            throw new InvalidOperationException(Contradiction(GroupsThat(IsContradictory)));
        if (context.Items.ContainsKey(AuthorizationItem)
            || endpoint.Metadata.GetMetadata<ServiceGroup>() is { Group: BudgetEndpointGroups.Health }
            || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || IsOpen(endpoint))
            return;
        throw new InvalidOperationException(
            $"The endpoint '{endpoint.DisplayName}' of the HTTP service of the budget firewall at '{prefix}' needs authorization, and the authorization middleware has not run for it. "
            + "Call app.UseAuthorization() between app.UseRouting() and app.UseEndpoints(…).");
    }

    private BudgetEndpointGroups OpenGroups() => GroupsThat(IsOpen);

    private BudgetEndpointGroups GroupsThat(Func<Endpoint, bool> holds)
    {
        var open = BudgetEndpointGroups.None;
        foreach (var endpoint in services.GetService<EndpointDataSource>()?.Endpoints ?? [])
        {
            if (endpoint.Metadata.GetMetadata<ServiceGroup>() is { } group && group.Access == this && holds(endpoint))
                open |= group.Group;
        }
        return open;
    }

    /// <summary>True when everybody may call an endpoint although the application has not allowed that.</summary>
    private bool IsOpen(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<ServiceGroup>() is not { } group)
            return IsUnprotected(endpoint);
        if (group.Group == BudgetEndpointGroups.Health || group.IsKnownToBeProtected)
            return false;
        group.IsKnownToBeProtected = !IsUnprotected(endpoint);
        return !group.IsKnownToBeProtected;
    }

    private bool IsUnprotected(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        && endpoint.Metadata.GetMetadata<IAuthorizeData>() is null
        && endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is null
        && endpoint.Metadata.GetMetadata<IAuthorizationRequirementData>() is null
        // The application's own provider may have to ask somebody; the default one answers at once.
        && services.GetService<IAuthorizationPolicyProvider>()?.GetFallbackPolicyAsync().GetAwaiter().GetResult() is null;

    /// <summary>True when an endpoint asks for authorization and also allows anonymous callers, which ASP.NET Core obeys whatever their order.</summary>
    private static bool IsContradictory(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ServiceGroup>() is not { Group: BudgetEndpointGroups.Health }
        && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        && (endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
            || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null
            || endpoint.Metadata.GetMetadata<IAuthorizationRequirementData>() is not null);

    private string Contradiction(BudgetEndpointGroups groups) =>
        $"The HTTP service of the budget firewall at '{prefix}' has endpoints with both AllowAnonymous() and RequireAuthorization(), endpoint groups: {groups}. AllowAnonymous() wins wherever it stands, "
        + "also on a group around them, so everybody could use these endpoints. Take one of the two away.";

    private string Complaint() => Complaint(OpenGroups());

    private string Complaint(BudgetEndpointGroups open) =>
        $"Everybody could use the HTTP service of the budget firewall at '{prefix}', endpoint groups: {open}. Call RequireAuthorization() on what MapBudgetFirewall returns or on each of these groups "
        + "(budgets.Administration.RequireAuthorization(\"admins\")), leave groups out by Groups, or call AllowAnonymous() where everybody is meant to.";

    /// <summary>The mark of one endpoint as it was built.</summary>
    private sealed class ServiceGroup(ServiceAccess access, BudgetEndpointGroups group)
    {
        private volatile bool _isKnownToBeProtected;

        public ServiceAccess Access => access;

        public BudgetEndpointGroups Group => group;

        /// <summary>True once the endpoint has been found to be protected, which is decided once, as the framework does it.</summary>
        public bool IsKnownToBeProtected
        {
            get => _isKnownToBeProtected;
            set => _isKnownToBeProtected = value;
        }
    }
}
