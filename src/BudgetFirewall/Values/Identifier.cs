using System.Text;

namespace BudgetFirewall;

/// <summary>Checks ids and names. They are data: any well-formed UTF-16 text of 1 to 256 characters.</summary>
internal static class Identifier
{
    public const int MaxLength = 256;

    public static string Check(string? value, string member, int maxLength = MaxLength)
    {
        ArgumentNullException.ThrowIfNull(value, member);
        if (value.Length == 0)
            throw new ArgumentException($"{member} must not be empty.", member);
        if (value.Length > maxLength)
            throw new ArgumentException($"{member} has {value.Length} characters; at most {maxLength} are allowed: '{Shorten(value)}'.", member);
        if (!IsWellFormed(value))
            throw new ArgumentException($"{member} is not well-formed UTF-16: it has a lone surrogate: '{Shorten(value)}'.", member);
        return value;
    }

    /// <summary>True for a text that <see cref="Check"/> accepts.</summary>
    public static bool IsValid(string value) => value.Length is > 0 and <= MaxLength && IsWellFormed(value);

    public static string? CheckOptional(string? value, string member) => value is null ? null : Check(value, member);

    public static string CheckKind(string? value, string member)
    {
        Check(value, member);
        return value!.Contains('=', StringComparison.Ordinal)
            ? throw new ArgumentException($"{member} must not contain '=': '{DisplayText.Escape(value)}'.", member)
            : value;
    }

    private static bool IsWellFormed(string value)
    {
        if (!value.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return true;
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[consumed..];
        }
        return true;
    }

    // A replacement character keeps the message itself well-formed.
    private static string Shorten(string value) =>
        DisplayText.Escape(string.Concat(value.AsSpan(0, Math.Min(value.Length, 40)).ToString().EnumerateRunes())) + (value.Length > 40 ? "…" : "");
}
