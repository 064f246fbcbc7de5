namespace BudgetFirewall;

/// <summary>Decides the cost of a request for which nothing configured gives a price.</summary>
public enum UnknownProviderPolicy
{
    /// <summary>
    /// The cost is unknown: a check needs something remaining, and an operation that would charge an enforced money budget is refused with
    /// <see cref="UnknownPriceException"/>.
    /// </summary>
    Refuse,

    /// <summary>The request costs nothing.</summary>
    Free,
}
