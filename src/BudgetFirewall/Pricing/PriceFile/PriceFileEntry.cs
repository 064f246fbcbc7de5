using System.Text;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>One entry of a price file as it is read: its values, and the problems found in them.</summary>
internal sealed class PriceFileEntry(string name)
{
    private const decimal SuspiciousTokenPrice = 0.01m;

    private readonly Dictionary<(string? ServiceTier, long AboveTokens), PriceFileSet> _sets = [];
    private readonly List<string> _problems = [];
    private List<PriceRange>? _ranges;

    public string Name { get; } = name;

    /// <summary>
    /// The factor on the price of every token in the provider's fast mode; null when there is no such mode, or when it has prices of its own.
    /// </summary>
    public decimal? FastMultiplier { get; private set; }

    /// <summary>The seller of the model; null when the entry does not name one.</summary>
    public string? Seller { get; private set; }

    public string? Mode { get; private set; }

    public IReadOnlyDictionary<(string? ServiceTier, long AboveTokens), PriceFileSet> Sets => _sets;

    /// <summary>The table of ranges; null for none.</summary>
    public IReadOnlyList<PriceRange>? Ranges => _ranges;

    /// <summary>The first reason why the entry gives no price; null when nothing wrong was found so far.</summary>
    public string? Problem => _problems.FirstOrDefault();

    public List<ModelPriceNote> Warnings { get; } = [];

    public List<ModelPriceNote> IgnoredPrices { get; } = [];

    /// <summary>Reads an entry to its end. The reader stands at the entry's value.</summary>
    public static PriceFileEntry Read(ref Utf8JsonReader reader, string name)
    {
        var entry = new PriceFileEntry(name);
        OptionError.Try(entry._problems, "the name", name, () => Identifier.Check(name, "the name"));
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            entry._problems.Add("the entry is not an object");
            reader.Skip();
            return entry;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = reader.GetString()!;
            reader.Read();
            entry.ReadField(ref reader, field);
        }
        return entry;
    }

    public void Ignore(string field, string reason) => IgnoredPrices.Add(new(Name, field, reason));

    private void ReadField(ref Utf8JsonReader reader, string field)
    {
        if (PriceField.TryParse(field, out var price))
            ReadPrice(ref reader, field, price, SetOf(price));
        else if (field == "litellm_provider" && reader.TokenType == JsonTokenType.String)
            Seller = reader.GetString();
        else if (field == "mode" && reader.TokenType == JsonTokenType.String)
            Mode = reader.GetString();
        else if (field == "tiered_pricing" && reader.TokenType == JsonTokenType.StartArray)
            ReadRanges(ref reader);
        else if (field == "provider_specific_entry" && reader.TokenType == JsonTokenType.StartObject)
            ReadMultipliers(ref reader, field);
        else
            PassOver(ref reader, field);
    }

    // Of the factors that a provider has for ways of its own, such as regions, the one of the fast mode is a service tier.
    private void ReadMultipliers(ref Utf8JsonReader reader, string field)
    {
        var hasOthers = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isFast = reader.ValueTextEquals(PriceField.FastTier);
            reader.Read();
            hasOthers |= !isFast;
            if (isFast && reader.TokenType != JsonTokenType.Null)
                ReadFastMultiplier(ref reader, $"{field}.{PriceField.FastTier}");
            else
                reader.Skip();
        }
        if (hasOthers)
            Ignore(field, "is not understood");
    }

    private void ReadFastMultiplier(ref Utf8JsonReader reader, string field)
    {
        if (Text(ref reader) is { } text)
        {
            OptionError.Try(_problems, field, text, () => FastMultiplier = Multiplier(text, field));
            return;
        }
        _problems.Add($"{field} must be a number");
        reader.Skip();
    }

    private static decimal Multiplier(string text, string name)
    {
        var value = ConfiguredValue.Decimal(text);
        Money.CheckRange(value, name);
        return value > 0 ? value : throw new FormatException("must be more than 0");
    }

    private PriceFileSet SetOf(PriceField price)
    {
        if (!_sets.TryGetValue((price.ServiceTier, price.AboveTokens), out var set))
            _sets.Add((price.ServiceTier, price.AboveTokens), set = new());
        return set;
    }

    private void ReadPrice(ref Utf8JsonReader reader, string field, PriceField price, PriceFileSet set)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (Text(ref reader) is not { } text)
        {
            _problems.Add($"{field} must be a number");
            reader.Skip();
            return;
        }
        OptionError.Try(_problems, field, text, () =>
        {
            var value = ConfiguredValue.Decimal(text);
            Money.CheckRange(value, field);
            if (!set.Add(price, value))
                Warnings.Add(new(Name, field, "is another price of the same thing; the dearer counts"));
            if (price.Kind is not null && value > SuspiciousTokenPrice)
                Warnings.Add(new(Name, field, $"is {text} for a single token: perhaps it is meant for a million"));
        });
    }

    private void ReadRanges(ref Utf8JsonReader reader)
    {
        _ranges = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                _ranges.Add(ReadRange(ref reader));
            else
            {
                _problems.Add("a range of tiered_pricing is not an object");
                reader.Skip();
            }
        }
    }

    private PriceRange ReadRange(ref Utf8JsonReader reader)
    {
        var range = new PriceRange(null, null, new());
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = reader.GetString()!;
            reader.Read();
            if (field == "range" && reader.TokenType == JsonTokenType.StartArray)
                range = ReadBounds(ref reader, range);
            else if (PriceField.TryParse(field, out var price) && price is { AboveTokens: 0, ServiceTier: null })
                ReadPrice(ref reader, field, price, range.Prices);
            else
                PassOver(ref reader, field);
        }
        return range;
    }

    private PriceRange ReadBounds(ref Utf8JsonReader reader, PriceRange range)
    {
        var bounds = new List<string?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bounds.Add(Text(ref reader));
            reader.Skip();
        }
        OptionError.Try(_problems, "range", string.Join(", ", bounds), () => range = bounds is [{ } start, var end]
            ? range with { Start = TokenCount(start), End = end is null ? null : TokenCount(end) }
            : throw new FormatException("must be two numbers of tokens"));
        return range;
    }

    // Bounds are written as 256000 and as 256000.0.
    private static long TokenCount(string text)
    {
        var value = ConfiguredValue.Decimal(text);
        return value == decimal.Truncate(value) && value >= 0 && value <= UnitAmount.Max ? (long)value : throw new FormatException("must be whole numbers of tokens");
    }

    private void PassOver(ref Utf8JsonReader reader, string field)
    {
        var isPrice = field.Contains("cost", StringComparison.Ordinal) || field.Contains("pric", StringComparison.Ordinal)
            || field.Contains("multiplier", StringComparison.Ordinal) || field == "provider_specific_entry";
        var charges = reader.TokenType switch
        {
            JsonTokenType.Number or JsonTokenType.String => Text(ref reader)!.AsSpan().ContainsAnyInRange('1', '9'),
            JsonTokenType.StartObject or JsonTokenType.StartArray => true,
            _ => false,
        };
        if (isPrice && charges)
            Ignore(field, "is not understood");
        reader.Skip();
    }

    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.String => reader.GetString(),
        _ => null,
    };
}
