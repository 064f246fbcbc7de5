namespace BudgetFirewall;

/// <summary>A usage unit and the price of one.</summary>
internal readonly record struct PricedUnit(string Name, decimal Price)
{
    /// <summary>True for a unit of model tokens: a model's own prices take its place.</summary>
    public bool CountsTokens { get; } = Name is UsageUnits.InputTokens or UsageUnits.CachedInputTokens
        or UsageUnits.OutputTokens or UsageUnits.ReasoningTokens or UsageUnits.TotalTokens;

    /// <summary>True for the unit <c>request</c>, of which every request is one, with usage or without.</summary>
    public bool CountsRequests { get; } = Name == UsageUnits.Request;

    /// <summary>True when the unit costs something and a usage gives the amount of it.</summary>
    public bool Prices(BudgetUsage usage) => Price != 0 && usage.TryGetUnit(Name, out var amount) && IsReported(amount);

    /// <summary>True when an amount in a usage counts as given. 0 bytes does not, because a usage that does not give bytes has 0 of them.</summary>
    public bool IsReported(decimal amount) => amount != 0 || Name is not (UsageUnits.Kilobytes or UsageUnits.Megabytes);
}
