using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace BudgetFirewall;

/// <summary>
/// Reads one section of the guard's configuration, key by key and without reflection. Errors are collected, each with its path and the value found; a key that was not asked for is an
/// error too.
/// </summary>
internal sealed class GuardSection(IConfiguration section, List<string> errors)
{
    private readonly List<string> _keys = [];

    public string Path { get; } = (section as IConfigurationSection)?.Path ?? "";

    public List<string> Errors => errors;

    public bool IsEmpty => (section as IConfigurationSection)?.Value is null && !section.GetChildren().Any();

    public GuardSection Section(string key) => new(Find(key), errors);

    public bool Has(string key) => Find(key) is var child && (child.Value is not null || child.GetChildren().Any());

    /// <summary>Reads a single value if one is given. The exception of a bad one says what it must be, as <c>must be true or false</c>.</summary>
    public void Read(string key, Action<string> take)
    {
        var child = Find(key);
        if (child.GetChildren().Any())
            errors.Add($"{child.Path} must be a single value but has the keys {string.Join(", ", child.GetChildren().Select(part => part.Key))}");
        else if (child.Value is { } text)
            Try(child.Path, text, take);
    }

    public void Read(string key, Action<bool> take) =>
        Read(key, text => take(bool.TryParse(text, out var value) ? value : throw new FormatException("must be true or false")));

    /// <summary>Reads the name of a member, or of several with commas between where the enumeration is one of flags.</summary>
    public void Read<T>(string key, Action<T> take) where T : struct, Enum => Read(key, text =>
        take(Enum.TryParse<T>(text, ignoreCase: true, out var value) && !text.AsSpan().ContainsAnyInRange('0', '9') && (IsFlags<T>() || !text.Contains(',', StringComparison.Ordinal))
            ? value
            : throw new FormatException($"must be {(IsFlags<T>() ? "some of" : "one of")} {string.Join(", ", Enum.GetNames<T>())}")));

    public void Read(string key, decimal min, decimal max, Action<decimal> take) => Read(key, text =>
        take(decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}"))));

    public void Read(string key, TimeSpan min, TimeSpan max, Action<TimeSpan> take) => Read(key, text =>
        // A form without seconds would be hours and minutes to one reader, and minutes and seconds to another.
        take(text.AsSpan().Count(':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new FormatException($"must be a time span hours:minutes:seconds from {min:c} to {max:c}")));

    /// <summary>Reads a list if one is given, which an empty one is: entries with numbers, or one value with commas between, as environment variables have it.</summary>
    public void ReadList(string key, Action take, Action<string> add)
    {
        if (!Has(key))
            return;
        take();
        var list = Find(key);
        foreach (var text in list.Value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            Try(list.Path, text, add);
        foreach (var item in list.GetChildren())
        {
            if (item.Value is not { } text || item.GetChildren().Any() || !item.Key.All(char.IsAsciiDigit))
                errors.Add($"{item.Path} must be an entry of a list, a single value under a number");
            else
                Try(item.Path, text, add);
        }
    }

    /// <summary>Reports every key that was not asked for. Their values are not shown, since they may be anything.</summary>
    public void RefuseOthers()
    {
        if (section is IConfigurationSection { Value.Length: > 0 } single)
            errors.Add($"{Path} must have keys of its own ({string.Join(", ", _keys)}) but is {Quote(single.Value)}");
        foreach (var child in section.GetChildren())
        {
            if (!_keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                errors.Add($"{child.Path} is not a known key; known here are {string.Join(", ", _keys)}");
        }
    }

    private void Try(string path, string text, Action<string> take)
    {
        try
        {
            take(text);
        }
        catch (FormatException e)
        {
            errors.Add($"{path} {e.Message} but is {Quote(text)}");
        }
    }

    private static string Quote(string text) => $"'{DisplayText.Escape(text.Length <= 100 ? text : text[..100] + "…")}'";

    private IConfigurationSection Find(string key)
    {
        if (!_keys.Contains(key))
            _keys.Add(key);
        return section.GetSection(key);
    }

    private static bool IsFlags<T>() => typeof(T).IsDefined(typeof(FlagsAttribute), inherit: false);
}
