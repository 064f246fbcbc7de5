namespace BudgetFirewall;

/// <summary>A field of a body, path or header is not acceptable; answered 400, naming it.</summary>
internal sealed class FieldException(string field, string message) : Exception(DisplayText.Escape(message))
{
    /// <summary>The field, as usage.inputTokens or requests[3].provider.</summary>
    public string Field { get; } = field;

    /// <summary>The exception for a field that must be given and is not.</summary>
    public static FieldException Missing(string field) => new(field, $"{field} is required.");

    /// <summary>Makes a value of a body; a part that is refused is named as the body names it.</summary>
    /// <exception cref="FieldException">A value was refused.</exception>
    public static T Naming<T>(string path, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new FieldException(Join(path, WireName(e.ParamName)), PlainMessage.Of(e));
        }
    }

    public static string Join(string path, string field) => path.Length == 0 ? field : field.Length == 0 ? path : $"{path}.{field}";

    /// <summary>The member's name as JSON has it: Units[record] is units.record, Throttle.Ceiling is throttle.ceiling, and Schedule:0:Limit is schedule[0].limit.</summary>
    public static string WireName(string? member)
    {
        if (string.IsNullOrEmpty(member))
            return "";
        if (member.Contains(':', StringComparison.Ordinal))
            return member.Split(':').Aggregate("", (path, part) => part.All(char.IsAsciiDigit) ? $"{path}[{part}]" : Join(path, WireName(part)));
        if (member.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 && !member.Contains('[', StringComparison.Ordinal))
            return $"{WireName(member[..dot])}.{WireName(member[(dot + 1)..])}";
        var bracket = member.IndexOf('[', StringComparison.Ordinal);
        var name = char.ToLowerInvariant(member[0]) + (bracket > 0 ? member[1..bracket] : member[1..]);
        return bracket > 0 && member.EndsWith(']') ? $"{name}.{member[(bracket + 1)..^1]}" : name;
    }
}
