namespace BudgetFirewall;

/// <summary>Prices of one service tier and length of prompt as they are read.</summary>
internal sealed class PriceFileSet
{
    private TokenPrices _tokens;

    public TokenPrices Tokens => _tokens;

    public SortedDictionary<string, decimal> Units { get; } = new(StringComparer.Ordinal);

    public decimal? this[TokenKind kind]
    {
        get => _tokens.Get(kind);
        set => _tokens.Set(kind, value, kind.LineName());
    }

    public bool ChargesAnything => TokenKinds.All.Any(kind => this[kind] is > 0) || Units.Values.Any(price => price > 0);

    /// <summary>Adds a price. When two fields price the same thing, the higher price counts.</summary>
    /// <returns>False when it had another price before.</returns>
    public bool Add(PriceField field, decimal price)
    {
        var former = field.Kind is { } kind ? this[kind] : Units.TryGetValue(field.Unit!, out var known) ? known : null;
        var dearer = Math.Max(former ?? 0, price);
        if (field.Kind is { } token)
            this[token] = dearer;
        else
            Units[field.Unit!] = dearer;
        return former is null or 0 || price == 0 || former == price;
    }

    /// <summary>Fills in missing prices from another set. The factor applies to the prices of tokens only.</summary>
    public void FillFrom(PriceFileSet other, decimal factor)
    {
        foreach (var kind in TokenKinds.All)
            this[kind] ??= other[kind] * factor;
    }

    /// <summary>The highest of some prices; null when there is none.</summary>
    public decimal? Dearest(params ReadOnlySpan<TokenKind> kinds)
    {
        decimal? dearest = null;
        foreach (var kind in kinds)
            dearest = dearest is { } former && this[kind] is { } price ? Math.Max(former, price) : dearest ?? this[kind];
        return dearest;
    }

    public ModelPriceTier ToTier(IReadOnlyDictionary<long, ModelPriceTier>? longContext = null) =>
        new() { Parts = Tokens, Units = Units.Count == 0 ? null : Units, LongContext = longContext };
}
