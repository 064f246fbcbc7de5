namespace BudgetFirewall;

/// <summary>What <c>RequireBudget</c> leaves on an endpoint.</summary>
internal sealed class BudgetRequirement(string? provider, Action<BudgetEndpointOptions>? configure) : IBudgetRequirement
{
    public void ApplyTo(BudgetEndpointOptions options)
    {
        options.Provider = provider ?? options.Provider;
        configure?.Invoke(options);
    }
}
