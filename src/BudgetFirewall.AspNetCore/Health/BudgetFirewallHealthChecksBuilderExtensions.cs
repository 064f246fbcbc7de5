using BudgetFirewall;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health of a firewall to an application's health checks.</summary>
public static class BudgetFirewallHealthChecksBuilderExtensions
{
    /// <summary>
    /// Checks that the store of budgets answers and that every runtime budget can be read, by reading the status of the global scope.
    /// It takes one round trip and changes nothing. A used-up budget is not unhealthy, and neither is a denied request. A ledger that is behind or incomplete is degraded, and
    /// <paramref name="failureStatus"/> while so many entries wait that decisions are refused.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="firewall">The firewall's name; null for the one without a name.</param>
    /// <param name="failureStatus">The status that is reported when the store does not answer, a runtime budget cannot be read, or decisions are refused because the ledger is behind; null: unhealthy.</param>
    /// <param name="tags">The check's tags; null: none.</param>
    /// <param name="partition">A partition to ask about, where budgets are partitioned; null: any.</param>
    /// <returns>The health checks.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <example><code>
    /// builder.Services.AddHealthChecks().AddBudgetFirewall(tags: ["ready"]);
    /// app.MapHealthChecks("/health");
    /// </code></example>
    public static IHealthChecksBuilder AddBudgetFirewall(
        this IHealthChecksBuilder builder,
        string name = "budget_firewall",
        string? firewall = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        string? partition = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new(name, services => new BudgetFirewallHealthCheck(services, firewall, partition), failureStatus, tags));
    }
}
