using Microsoft.Extensions.Configuration;

namespace BudgetFirewall;

/// <summary>
/// Reads one section of configuration, key by key. Errors are collected, each with its path and the value found; a key that was not asked for is an error too,
/// so that no misspelt limit is ignored.
/// </summary>
internal sealed class SectionReader(IConfiguration section, List<string> errors)
{
    private readonly List<string> _keys = [];

    public string Path { get; } = (section as IConfigurationSection)?.Path ?? "";

    public List<string> Errors { get; } = errors;

    public bool IsEmpty => (section as IConfigurationSection)?.Value is null && !section.GetChildren().Any();

    /// <summary>True for a value where keys are expected; <see cref="RefuseOthers"/> reports it.</summary>
    public bool IsSingleValue => section is IConfigurationSection { Value.Length: > 0 };

    public string PathOf(string key) => Path.Length == 0 ? key : ConfigurationPath.Combine(Path, key);

    public bool Has(string key) => IsPresent(Find(key));

    /// <summary>Reads a single value if one is given.</summary>
    public void Read(string key, Action<string> take)
    {
        var child = Find(key);
        if (child.GetChildren().Any())
            Errors.Add($"{child.Path} must be a single value but has the keys {KeysOf(child)}");
        else if (child.Value is { } text)
            OptionError.Try(Errors, child.Path, text, () => take(text));
    }

    /// <summary>Reads a single value that must be given.</summary>
    public void Require(string key, Action<string> take)
    {
        if (Has(key))
            Read(key, take);
        else if (!IsSingleValue)
            Errors.Add($"{PathOf(key)} is missing");
    }

    /// <summary>Reads a list of single values if one is given; an empty list counts as given.</summary>
    public void ReadList<T>(string key, Func<string, T> parse, Action<IReadOnlyList<T>> take)
    {
        if (!Has(key))
            return;
        var before = Errors.Count;
        var values = new List<T>();
        foreach (var item in Items(key))
        {
            if (item.Value is { } text && !item.GetChildren().Any())
                OptionError.Try(Errors, item.Path, text, () => values.Add(parse(text)));
            else
                Errors.Add($"{item.Path} must be a single value");
        }
        if (Errors.Count == before)
            OptionError.Try(Errors, PathOf(key), string.Join(", ", values), () => take(values));
    }

    /// <summary>Reads a list of names if one is given.</summary>
    public void ReadNames(string key, Action<IReadOnlyList<string>> take) => ReadList(key, text => Identifier.Check(text, key), take);

    /// <summary>Reads ids by kind of dimension if they are given: a list for each kind, or a single id.</summary>
    public void ReadDimensions(string key, Action<IReadOnlyDictionary<string, IReadOnlyList<string>>> take)
    {
        if (!Has(key))
            return;
        var before = Errors.Count;
        var section = Section(key);
        var dimensions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var kind in Entries(key))
        {
            if (kind.Value is { Length: > 0 } id && !kind.GetChildren().Any())
                dimensions[kind.Key] = [id];
            else
                section.ReadNames(kind.Key, ids => dimensions[kind.Key] = ids);
        }
        if (Errors.Count == before)
            OptionError.Try(Errors, PathOf(key), string.Join(", ", dimensions.Keys), () => take(dimensions));
    }

    /// <summary>Reads numbers by name if they are given.</summary>
    public void ReadDecimals(string key, Action<IReadOnlyDictionary<string, decimal>> take)
    {
        if (!Has(key))
            return;
        var before = Errors.Count;
        var section = Section(key);
        var numbers = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var entry in Entries(key))
            section.Read(entry.Key, text => numbers[entry.Key] = ConfiguredValue.Decimal(text));
        if (Errors.Count == before)
            OptionError.Try(Errors, PathOf(key), string.Join(", ", numbers.Values), () => take(numbers));
    }

    /// <summary>Reads a value that has keys of its own, if it is given. It is taken only where nothing is wrong with any of them.</summary>
    public void ReadSection<T>(string key, Func<SectionReader, T> read, Action<T> take)
    {
        if (!Has(key))
            return;
        var before = Errors.Count;
        var section = Section(key);
        var value = read(section);
        section.RefuseOthers();
        if (Errors.Count == before)
            take(value);
    }

    /// <summary>The entries of a list, in the order of their numbers; none when the list is not given.</summary>
    public IEnumerable<IConfigurationSection> Items(string key)
    {
        var list = Find(key);
        if (!string.IsNullOrEmpty(list.Value))
            Errors.Add($"{list.Path} must be a list but is {OptionError.Quote(list.Value)}");
        foreach (var item in list.GetChildren())
        {
            if (IsIndex(item.Key))
                yield return item;
            else
                Errors.Add($"{item.Path} must be an entry of a list but its key '{item.Key}' is not a number");
        }
    }

    /// <summary>The sections under a key, whatever their own keys are.</summary>
    public IEnumerable<IConfigurationSection> Entries(string key)
    {
        var map = Find(key);
        if (!string.IsNullOrEmpty(map.Value))
            Errors.Add($"{map.Path} must have keys of its own but is {OptionError.Quote(map.Value)}");
        return map.GetChildren();
    }

    public SectionReader Section(string key) => new(Find(key), Errors);

    /// <summary>Reports every key that was not asked for as an error. The values of such keys are not shown, since they may be anything.</summary>
    public void RefuseOthers()
    {
        if (IsSingleValue)
            Errors.Add($"{Path} must have keys of its own ({string.Join(", ", _keys)}) but is {OptionError.Quote(((IConfigurationSection)section).Value)}");
        foreach (var child in section.GetChildren())
        {
            if (!_keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                Errors.Add($"{child.Path} is not a known key{Meant(child.Key)}; known here are {string.Join(", ", _keys)}");
        }
    }

    public static bool IsIndex(string key) => key.Length > 0 && key.All(char.IsAsciiDigit);

    public static bool IsPresent(IConfigurationSection section) => section.Value is not null || section.GetChildren().Any();

    private string Meant(string key) => NearestName.Of(key, _keys) is { } near ? $", did you mean {near}" : "";

    private static string KeysOf(IConfigurationSection section) => string.Join(", ", section.GetChildren().Select(child => child.Key));

    private IConfigurationSection Find(string key)
    {
        if (!_keys.Contains(key))
            _keys.Add(key);
        return section.GetSection(key);
    }
}
