namespace BudgetFirewall;

/// <summary>The metadata that <c>RequireBudget</c> adds to an endpoint.</summary>
internal sealed class BudgetRequirement(string? provider, Action<BudgetEndpointOptions>? configure) : IBudgetRequirement
{
    public void ApplyTo(BudgetEndpointOptions options)
    {
        options.Provider = provider ?? options.Provider;
        configure?.Invoke(options);
    }
}
