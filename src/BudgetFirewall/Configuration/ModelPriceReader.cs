using System.Globalization;

namespace BudgetFirewall;

/// <summary>Reads the prices of one model: per token (<c>Input</c>), or as providers publish them (<c>InputPerMillion</c>), and what its tiers change.</summary>
internal static class ModelPriceReader
{
    private const string PerMillion = "PerMillion";

    /// <summary>True for a key that has keys of its own.</summary>
    public static bool IsNested(string key) =>
        Is(key, nameof(ModelPrice.Units)) || Is(key, nameof(ModelPrice.ServiceTiers)) || Is(key, nameof(ModelPrice.LongContext));

    /// <summary>The prices; null when one is wrong or the input price is missing.</summary>
    public static ModelPrice? Read(SectionReader section)
    {
        var before = section.Errors.Count;
        var tokens = ReadTokens(section);
        var units = ReadUnits(section);
        var serviceTiers = ReadTiers(section, nameof(ModelPrice.ServiceTiers), name => Identifier.Check(name, "name"), ReadServiceTier);
        var longContext = ReadLongContext(section);
        if (tokens.Get(TokenKind.Input) is null && section.Errors.Count == before && !section.IsSingleValue)
            section.Errors.Add($"{section.PathOf(nameof(ModelPrice.Input))} is missing, and {nameof(ModelPrice.Input)}{PerMillion} too");
        if (section.Errors.Count != before || section.IsSingleValue)
            return null;
        ModelPrice? price = null;
        OptionError.Try(section.Errors, section.Path, found: null, () => price = new()
        {
            Parts = tokens, Input = tokens.Get(TokenKind.Input)!.Value, Units = units, ServiceTiers = serviceTiers, LongContext = longContext,
        });
        return price;
    }

    private static TokenPrices ReadTokens(SectionReader section)
    {
        var tokens = default(TokenPrices);
        foreach (var kind in TokenKinds.All)
        {
            var key = kind.ToString();
            section.Read(key, text => tokens.Set(kind, ConfiguredValue.Decimal(text)));
            section.Read(key + PerMillion, text => tokens.Set(kind, ConfiguredValue.Decimal(text) / 1_000_000m));
            if (section.Has(key) && section.Has(key + PerMillion))
                section.Errors.Add($"{section.PathOf(key)} and {key}{PerMillion} are both given: give one");
        }
        return tokens;
    }

    private static Dictionary<string, decimal>? ReadUnits(SectionReader section)
    {
        var units = new Dictionary<string, decimal>(StringComparer.Ordinal);
        NamedPriceReader.Read(section, nameof(ModelPrice.Units), "Price", units);
        foreach (var (name, price) in units)
            OptionError.Try(section.Errors, $"{section.PathOf(nameof(ModelPrice.Units))}:{name}", price, () => ModelPriceCheck.Unit(name, price));
        return units.Count == 0 ? null : units;
    }

    private static ModelPriceTier ReadServiceTier(SectionReader section) => ReadTier(section) with { LongContext = ReadLongContext(section) };

    private static Dictionary<long, ModelPriceTier>? ReadLongContext(SectionReader section) =>
        ReadTiers(section, nameof(ModelPrice.LongContext), Threshold, ReadTier);

    private static ModelPriceTier ReadTier(SectionReader section) => new() { Parts = ReadTokens(section), Units = Valid(section, ReadUnits) };

    private static Dictionary<TKey, ModelPriceTier>? ReadTiers<TKey>(
        SectionReader section, string key, Func<string, TKey> parse, Func<SectionReader, ModelPriceTier> read) where TKey : notnull
    {
        var tiers = new Dictionary<TKey, ModelPriceTier>();
        foreach (var child in section.Entries(key))
        {
            var tier = new SectionReader(child, section.Errors);
            OptionError.Try(section.Errors, child.Path, child.Key, () => tiers[parse(child.Key)] = read(tier));
            tier.RefuseOthers();
        }
        return tiers.Count == 0 ? null : tiers;
    }

    // An error is reported once, by its own path.
    private static T? Valid<T>(SectionReader section, Func<SectionReader, T?> read) where T : class
    {
        var before = section.Errors.Count;
        var value = read(section);
        return section.Errors.Count == before ? value : null;
    }

    private static long Threshold(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens >= 1 && tokens <= UnitAmount.Max
            ? tokens
            : throw new FormatException("must be a number of input tokens from 1 to 9,000,000,000,000, above which the prices hold");

    private static bool Is(string key, string name) => key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
