namespace BudgetFirewall;

/// <summary>A usage unit and the price of one.</summary>
internal readonly record struct PricedUnit(string Name, decimal Price)
{
    /// <summary>True for a unit of model tokens: a model's own prices take its place.</summary>
    public bool CountsTokens { get; } = Name is UsageUnits.InputTokens or UsageUnits.CachedInputTokens
        or UsageUnits.OutputTokens or UsageUnits.ReasoningTokens or UsageUnits.TotalTokens;

    /// <summary>True for the unit of which a request is always one, with usage or without.</summary>
    public bool CountsRequests { get; } = Name == UsageUnits.Request;

    /// <summary>True when a usage says how much of this is to be paid for.</summary>
    public bool Prices(BudgetUsage usage) => Price != 0 && usage.TryGetUnit(Name, out var amount) && IsTold(amount);

    /// <summary>True when an amount in a usage says how much of this was used. No bytes is how a usage says nothing of bytes.</summary>
    public bool IsTold(decimal amount) => amount != 0 || Name is not (UsageUnits.Kilobytes or UsageUnits.Megabytes);
}
