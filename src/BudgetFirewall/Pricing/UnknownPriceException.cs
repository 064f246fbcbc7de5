namespace BudgetFirewall;

/// <summary>A request names a model that has no price. Nothing was changed; the call must not be made unpriced.</summary>
public sealed class UnknownPriceException : BudgetFirewallException
{
    /// <summary>An exception for a model.</summary>
    /// <param name="model">The model without a price.</param>
    /// <param name="reason">Why the price book has none, as one sentence; null when there is nothing to say.</param>
    public UnknownPriceException(string model, string? reason = null)
        : base($"There is no price for the model '{model}'.{(reason is null ? "" : " " + reason)} Add it to Pricing.Models, or set Pricing.UnknownModels to UseDefaultCost.") =>
        Model = model;

    /// <summary>The model without a price.</summary>
    public string Model { get; }
}
