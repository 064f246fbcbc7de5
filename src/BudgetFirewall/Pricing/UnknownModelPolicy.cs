namespace BudgetFirewall;

/// <summary>The cost of a request for a model without a price.</summary>
public enum UnknownModelPolicy
{
    /// <summary>
    /// The cost is unknown, whatever the provider's price: an operation that would charge an enforced money budget is refused with
    /// <see cref="UnknownPriceException"/>.
    /// </summary>
    Refuse,

    /// <summary>
    /// The request is priced as a request without a model: base times multiplier, plus the volume; without a base and priced units, as
    /// <see cref="PricingOptions.UnknownProviders"/> says.
    /// </summary>
    UseDefaultCost,
}
