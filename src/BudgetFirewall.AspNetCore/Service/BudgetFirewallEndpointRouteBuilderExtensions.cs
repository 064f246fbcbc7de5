using System.Diagnostics.CodeAnalysis;
using BudgetFirewall;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves budgets over HTTP.</summary>
public static class BudgetFirewallEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the HTTP service, by which programs that are not .NET use the firewall: check, reserve, commit, release, extend, spend, charge, estimate,
    /// status, budgets, the ledger where there is one, and health.
    /// </summary>
    /// <remarks>
    /// The application decides who may call each group of endpoints: by conventions on the returned endpoints or on their groups, by leaving groups out, or by a fallback policy.
    /// Outside the environment <c>Development</c> an application does not start when a group other than health has neither authorization nor an explicit
    /// <c>AllowAnonymous()</c>; mapped into a group, it is stopped as soon as it has started, and the endpoints of that group fail. In <c>Development</c> it is one warning.
    /// A group other than health that has both <c>RequireAuthorization()</c> and <c>AllowAnonymous()</c>, its own or a group's, is refused in the same way in every environment, since ASP.NET Core
    /// lets everybody in there. Where a fallback policy is all that protects, a request that the authorization middleware has not seen fails.
    /// A caller who is not authenticated is answered 401 or 403, and never redirected to the login page of cookie authentication. Every answer forbids caches to
    /// store it.
    /// The endpoints are never guarded by <c>UseBudgetFirewall</c> themselves.
    /// </remarks>
    /// <param name="endpoints">The application or group.</param>
    /// <param name="prefix">The path that all of them begin with.</param>
    /// <param name="configure">Chooses the firewall, the endpoint groups and the size of bodies; null: all groups of the firewall without a name.</param>
    /// <returns>The endpoints, for conventions.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> or <paramref name="prefix"/> is null.</exception>
    /// <example><code>
    /// var budgets = app.MapBudgetFirewall("/budget/v1");
    /// budgets.RequireAuthorization();
    /// budgets.Administration.RequireAuthorization("admins");
    /// </code></example>
    public static BudgetFirewallEndpoints MapBudgetFirewall(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix, Action<BudgetServiceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var options = new BudgetServiceOptions();
        configure?.Invoke(options);
        ServiceSchema.MakeKnown(endpoints.ServiceProvider);

        var all = endpoints.MapGroup(prefix).WithTags("Budget firewall").DisableBudget().DisableCookieRedirect();
        all.AddEndpointFilter(ServiceFaults.AnswerAsync);
        all.AddEndpointFilter(OperationKey.RefuseSeveralAsync);
        var names = new EndpointNames(prefix);
        var access = new ServiceAccess(prefix, endpoints.ServiceProvider);
        access.CheckAtStart(endpoints);
        return new(
            all,
            Group(BudgetEndpointGroups.Deciding, DecidingMap.Map),
            Group(BudgetEndpointGroups.Reading, ReadingMap.Map),
            Group(BudgetEndpointGroups.Administration, AdministrationMap.Map),
            Group(BudgetEndpointGroups.Health, ReadingMap.MapHealth));

        RouteGroupBuilder Group(BudgetEndpointGroups endpoints, Action<RouteGroupBuilder, BudgetServiceOptions, EndpointNames> map)
        {
            var group = all.MapGroup("");
            ((IEndpointConventionBuilder)group).Finally(access.Protect(endpoints));
            if (options.Groups.HasFlag(endpoints))
                map(group, options, names);
            return group;
        }
    }
}
