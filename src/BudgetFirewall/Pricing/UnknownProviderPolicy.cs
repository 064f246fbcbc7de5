namespace BudgetFirewall;

/// <summary>Decides the cost of a request for which nothing configured gives a price.</summary>
public enum UnknownProviderPolicy
{
    /// <summary>Its cost is unknown: a check needs something remaining, and what would charge an enforced money budget is refused with <see cref="UnknownPriceException"/>.</summary>
    Refuse,

    /// <summary>It is known to cost nothing.</summary>
    Free,
}
