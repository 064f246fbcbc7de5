namespace BudgetFirewall;

/// <summary>Checks the names and values of a model's prices.</summary>
internal static class ModelPriceCheck
{
    public static void Model(string name, ModelPrice price)
    {
        Identifier.Check(name, "Models");
        ArgumentNullException.ThrowIfNull(price, $"Models[{name}]");
    }

    public static void Unit(string name, decimal price)
    {
        Identifier.Check(name, nameof(ModelPrice.Units));
        if (new PricedUnit(name, price).CountsTokens)
            throw new ArgumentException($"Units[{name}] is a unit of tokens: a model's tokens are priced by members of their own.", nameof(ModelPrice.Units));
        Money.CheckRange(price, $"Units[{name}]");
    }

    public static void ServiceTier(string name, ModelPriceTier tier)
    {
        Identifier.Check(name, nameof(ModelPrice.ServiceTiers));
        ArgumentNullException.ThrowIfNull(tier, $"ServiceTiers[{name}]");
    }

    public static void LongContextTier(long aboveTokens, ModelPriceTier tier)
    {
        var member = $"LongContext[{aboveTokens}]";
        if (aboveTokens < 1 || aboveTokens > UnitAmount.Max)
            throw new ArgumentOutOfRangeException(member, aboveTokens, $"{member} must be from 1 to 9,000,000,000,000 input tokens.");
        ArgumentNullException.ThrowIfNull(tier, member);
        if (tier.LongContext is not null)
            throw new ArgumentException($"{member} is a long-context tier already and must not have such tiers of its own.", member);
    }

    public static decimal? PerMillion(decimal? price, string member)
    {
        if (price is not { } value)
            return null;
        Money.CheckRange(value, member);
        return value / 1_000_000m;
    }
}
