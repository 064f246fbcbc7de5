namespace BudgetFirewall;

/// <summary>What a request for a model without a price costs.</summary>
public enum UnknownModelPolicy
{
    /// <summary>It is refused with <see cref="UnknownPriceException"/>.</summary>
    Refuse,

    /// <summary>It is priced as a request without a model: base times multiplier, plus the volume.</summary>
    UseDefaultCost,
}
