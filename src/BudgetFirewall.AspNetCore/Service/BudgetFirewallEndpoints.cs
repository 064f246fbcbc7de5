using Microsoft.AspNetCore.Builder;

namespace BudgetFirewall;

/// <summary>The endpoints that <c>MapBudgetFirewall</c> has mapped: all of them together, and each group. Conventions for a group that is not mapped apply to nothing.</summary>
/// <example><code>
/// var budgets = app.MapBudgetFirewall("/budget/v1");
/// budgets.Deciding.RequireAuthorization("callers");
/// budgets.Reading.RequireAuthorization("readers");
/// budgets.Administration.RequireAuthorization("admins");
/// </code></example>
public sealed class BudgetFirewallEndpoints : IEndpointConventionBuilder
{
    private readonly IEndpointConventionBuilder _all;

    internal BudgetFirewallEndpoints(
        IEndpointConventionBuilder all,
        IEndpointConventionBuilder deciding,
        IEndpointConventionBuilder reading,
        IEndpointConventionBuilder administration,
        IEndpointConventionBuilder health) =>
        (_all, Deciding, Reading, Administration, Health) = (all, deciding, reading, administration, health);

    /// <summary>Check, reserve, commit, release, extend, spend, charge and record.</summary>
    public IEndpointConventionBuilder Deciding { get; }

    /// <summary>Status, the lists of budgets, approvals and alerts, estimates, and the entries, receipts and reports of the ledger.</summary>
    public IEndpointConventionBuilder Reading { get; }

    /// <summary>Setting, removing and resetting budgets, answering approvals, acknowledging alerts, and replaying the ledger against another configuration.</summary>
    public IEndpointConventionBuilder Administration { get; }

    /// <summary>The endpoint that tells whether the store answers.</summary>
    public IEndpointConventionBuilder Health { get; }

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention) => _all.Add(convention);

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention) => _all.Finally(finallyConvention);
}
