using System.Globalization;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// The way from the root of a JSON text to its present token, kept while tokens are read. Names are in it unescaped, with a question mark for each escape that is not of ASCII.
/// It is empty for a token that lies deeper than 16 levels, or whose names have more than 256 bytes together.
/// </summary>
internal sealed class JsonPath
{
    private const int MaxDepth = 16;
    private const int MaxBytes = 256;
    private const int Unknown = -1;

    private readonly byte[] _bytes = new byte[MaxBytes];
    // The end of the path of the container at each depth; the root's path is empty.
    private readonly int[] _ends = new int[MaxDepth];
    private int _depth;
    private int _length;

    public ReadOnlySpan<byte> Current => _length == Unknown ? default : _bytes.AsSpan(0, _length);

    public int Depth => _depth;

    public void Reset() => _depth = _length = 0;

    /// <summary>Follows a token, before it is reported.</summary>
    public void Enter(ref Utf8JsonReader token)
    {
        if (token.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            _depth--;
        if (token.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray)
            _length = EndAt(_depth);
        if (token.TokenType == JsonTokenType.PropertyName)
            AppendName(ref token);
    }

    /// <summary>Follows a token that begins a container, after it was reported.</summary>
    public void Leave(ref Utf8JsonReader token)
    {
        if (token.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        if (token.TokenType == JsonTokenType.StartArray)
            Append("[]"u8, default);
        if (++_depth < MaxDepth)
            _ends[_depth] = _length;
    }

    private int EndAt(int depth) => depth == 0 ? 0 : depth < MaxDepth ? _ends[depth] : Unknown;

    private void AppendName(ref Utf8JsonReader token)
    {
        // An empty name is a level as well: what lies below it is not at the root.
        if (_depth > 1)
            Append("."u8, default);
        if (!token.ValueIsEscaped)
        {
            Append(token.ValueSpan, default);
            return;
        }
        for (var name = token.ValueSpan; !name.IsEmpty && _length != Unknown;)
        {
            var plain = name.IndexOf((byte)'\\');
            if (plain != 0)
            {
                plain = plain < 0 ? name.Length : plain;
                Append(name[..plain], default);
                name = name[plain..];
                continue;
            }
            Append([TakeCharacter(ref name)], default);
        }
    }

    /// <summary>Takes the first byte of a text, unescaped; a question mark for an escape that is not of ASCII.</summary>
    public static byte TakeCharacter(ref ReadOnlySpan<byte> text)
    {
        var length = text[0] != '\\' ? 1 : Math.Min(text.Length, text.Length > 1 && text[1] == 'u' ? 6 : 2);
        var character = length == 1 ? text[0] : Unescaped(text[1..length]);
        text = text[length..];
        return character;
    }

    // Never throws, as a decoder does for half a character: every known name is ASCII.
    private static byte Unescaped(ReadOnlySpan<byte> escape) => escape switch
    {
        [(byte)'u', .. var digits] => short.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var character) && character is >= 0 and < 128 ? (byte)character : (byte)'?',
        [(byte)'b'] => (byte)'\b',
        [(byte)'f'] => (byte)'\f',
        [(byte)'n'] => (byte)'\n',
        [(byte)'r'] => (byte)'\r',
        [(byte)'t'] => (byte)'\t',
        [var character] => character,
        _ => (byte)'?',
    };

    private void Append(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (_depth >= MaxDepth || _length == Unknown || _length + first.Length + second.Length > MaxBytes)
        {
            _length = Unknown;
            return;
        }
        first.CopyTo(_bytes.AsSpan(_length));
        second.CopyTo(_bytes.AsSpan(_length + first.Length));
        _length += first.Length + second.Length;
    }
}
