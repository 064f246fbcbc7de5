namespace BudgetFirewall;

/// <summary>Metadata of an endpoint or group that asks to be guarded. All that an endpoint has are applied, outermost group first.</summary>
internal interface IBudgetRequirement
{
    void ApplyTo(BudgetEndpointOptions options);
}
