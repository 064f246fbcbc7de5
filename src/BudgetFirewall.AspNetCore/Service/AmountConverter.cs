using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>
/// Reads amounts exactly, from strings and numbers alike: the digits become a decimal and never a binary number, and what a decimal
/// cannot hold exactly is refused, not rounded.
/// </summary>
internal sealed class AmountConverter : JsonConverter<decimal>
{
    private const int MaxLength = 64;
    private const int MaxDigits = 28;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            throw new AmountException("a decimal, as a string or a number");
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length > MaxLength || reader.ValueIsEscaped)
            throw new AmountException("a decimal of at most 28 digits");
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (reader.HasValueSequence)
            reader.ValueSequence.CopyTo(bytes);
        else
            reader.ValueSpan.CopyTo(bytes);
        Span<char> text = stackalloc char[MaxLength];
        return TryRead(text[..Encoding.Latin1.GetChars(bytes[..(int)length], text)], out var amount)
            ? amount
            : throw new AmountException("a decimal of at most 28 digits, such as \"0.25\"");
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(Amounts.Text(value));

    /// <summary>Reads -?digits(.digits)?(e[+-]?digits)?, as JSON has numbers, where a decimal holds it exactly.</summary>
    internal static bool TryRead(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = 0;
        var rest = text.StartsWith("-") ? text[1..] : text;
        var whole = Digits(ref rest);
        var fraction = ReadOnlySpan<char>.Empty;
        if (rest.StartsWith("."))
        {
            rest = rest[1..];
            fraction = Digits(ref rest);
            if (fraction.IsEmpty)
                return false;
        }
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0') || !TryReadExponent(rest, out var exponent))
            return false;
        return IsExact(whole, fraction, exponent)
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out amount);
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
            return true;
        if (text[0] is not ('e' or 'E'))
            return false;
        var rest = text[1..];
        var isNegative = rest.StartsWith("-");
        rest = isNegative || rest.StartsWith("+") ? rest[1..] : rest;
        var digits = Digits(ref rest);
        // Four digits are far beyond every decimal already.
        if (digits.Length is 0 or > 4 || !rest.IsEmpty)
            return false;
        exponent = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) * (isNegative ? -1 : 1);
        return true;
    }

    /// <summary>True when the number, without the zeros at both ends, has at most 28 digits before and after the point together.</summary>
    private static bool IsExact(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, int exponent)
    {
        Span<char> all = stackalloc char[MaxLength];
        whole.CopyTo(all);
        fraction.CopyTo(all[whole.Length..]);
        var digits = all[..(whole.Length + fraction.Length)];
        var significant = digits.TrimEnd('0');
        var lowest = exponent - fraction.Length + (digits.Length - significant.Length);
        significant = significant.TrimStart('0');
        return significant.IsEmpty || (significant.Length <= MaxDigits && lowest >= -MaxDigits && lowest + significant.Length <= MaxDigits);
    }

    private static ReadOnlySpan<char> Digits(scoped ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits;
    }
}
