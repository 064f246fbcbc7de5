using System.Collections.Frozen;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>The names of enumerations in JSON: snake_case, derived from the members' names, so that a new member has one.</summary>
internal static class WireNames
{
    /// <summary>The name of a member.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum => Names<TEnum>.OfMembers.TryGetValue(value, out var name)
        ? name
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"There is no such {typeof(TEnum).Name}.");

    /// <summary>The member of a name; null when there is none.</summary>
    public static TEnum? Parse<TEnum>(string name) where TEnum : struct, Enum => Names<TEnum>.Members.TryGetValue(name, out var value) ? value : null;

    /// <summary>All names of an enumeration, for a sentence.</summary>
    public static string Choices<TEnum>() where TEnum : struct, Enum
    {
        string[] all = [.. Enum.GetValues<TEnum>().Select(Of)];
        return $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    private static class Names<TEnum> where TEnum : struct, Enum
    {
        public static FrozenDictionary<TEnum, string> OfMembers { get; } =
            Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static FrozenDictionary<string, TEnum> Members { get; } = OfMembers.ToFrozenDictionary(name => name.Value, name => name.Key, StringComparer.Ordinal);
    }
}
