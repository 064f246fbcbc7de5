using Microsoft.Extensions.Configuration;

namespace BudgetFirewall;

/// <summary>
/// Reads prices by name: a map from names to prices, or a list of entries with a <c>Name</c>.
/// A configuration key is cut at its colons, so a name such as <c>llama3:8b</c> needs the list.
/// </summary>
internal static class NamedPriceReader
{
    private const string NameKey = "Name";

    /// <summary>Reads names with one number each.</summary>
    public static void Read(SectionReader section, string key, string valueKey, IDictionary<string, decimal> prices) =>
        Read(section, key, valueKey, $"a number; a name with a colon is given in a list, as {{ \"Name\": \"a:b\", \"{valueKey}\": 1 }}", ConfiguredValue.Decimal, prices);

    /// <summary>Reads names with another name each.</summary>
    public static void Read(SectionReader section, string key, string valueKey, IDictionary<string, string> names) =>
        Read(section, key, valueKey, $"a name; one with a colon is given in a list, as {{ \"Name\": \"a:b\", \"{valueKey}\": \"c\" }}", text => Identifier.Check(text, valueKey), names);

    private static void Read<T>(SectionReader section, string key, string valueKey, string expected, Func<string, T> parse, IDictionary<string, T> values)
    {
        foreach (var child in section.Entries(key))
        {
            var isRead = false;
            T? value = default;
            string? name = null;
            void Parse(string text) => (value, isRead) = (parse(text), true);
            if (SectionReader.IsIndex(child.Key))
                name = ReadEntry(new(child, section.Errors), entry => entry.Require(valueKey, Parse));
            else if (child.Value is not { } text || child.GetChildren().Any())
                section.Errors.Add($"{child.Path} must be {expected}");
            else if (OptionError.Try(section.Errors, child.Path, text, () => Parse(text)))
                name = child.Key;
            if (isRead)
                Add(section, child, name, value!, values);
        }
    }

    /// <summary>Reads names with the prices of a model each.</summary>
    public static void Read(SectionReader section, string key, IDictionary<string, ModelPrice> prices)
    {
        foreach (var child in section.Entries(key))
        {
            ModelPrice? price = null;
            string? name = null;
            if (SectionReader.IsIndex(child.Key))
                name = ReadEntry(new(child, section.Errors), entry => price = ModelPriceReader.Read(entry));
            else if (child.GetChildren().Any(part => part.GetChildren().Any() && !ModelPriceReader.IsNested(part.Key)))
                section.Errors.Add($"{child.Path} must be prices; a name with a colon is given in a list, as {{ \"Name\": \"a:b\", \"Input\": 1 }}");
            else
                (name, price) = (child.Key, ReadPrices(new(child, section.Errors)));
            if (price is not null)
                Add(section, child, name, price, prices);
        }
    }

    private static string? ReadEntry(SectionReader entry, Action<SectionReader> readValue)
    {
        string? name = null;
        entry.Require(NameKey, text => name = Identifier.Check(text, NameKey));
        readValue(entry);
        entry.RefuseOthers();
        return name;
    }

    private static ModelPrice? ReadPrices(SectionReader entry)
    {
        var price = ModelPriceReader.Read(entry);
        entry.RefuseOthers();
        return price;
    }

    private static void Add<T>(SectionReader section, IConfigurationSection child, string? name, T value, IDictionary<string, T> values)
    {
        if (name is not null && !values.TryAdd(name, value))
            section.Errors.Add($"{child.Path} gives {OptionError.Quote(name)} a second {(value is string ? "meaning" : "price")}");
    }
}
