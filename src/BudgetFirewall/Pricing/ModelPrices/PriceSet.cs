namespace BudgetFirewall;

/// <summary>The prices that a model, a service tier or a long-context tier gives itself, without those that it falls back to.</summary>
/// <param name="Tokens">The prices of tokens.</param>
/// <param name="Units">The prices of usage units; null for none.</param>
internal readonly record struct PriceSet(TokenPrices Tokens, IReadOnlyDictionary<string, decimal>? Units)
{
    /// <summary>True when any token costs something.</summary>
    public bool ChargesTokens => TokenKinds.All.Any(IsCharged);

    /// <summary>The units that cost something and that a usage must give.</summary>
    public IEnumerable<string> ChargedUnits => (Units ?? new Dictionary<string, decimal>()).Where(unit => unit.Value != 0 && unit.Key != UsageUnits.Request).Select(unit => unit.Key);

    /// <summary>True when nothing costs anything.</summary>
    public bool IsFree => !ChargesTokens && Units?.Values.Any(price => price > 0) is not true;

    private bool IsCharged(TokenKind kind) => Tokens.Get(kind) is > 0;
}
