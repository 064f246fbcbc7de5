using System.Text.Json;

namespace BudgetFirewall;

/// <summary>The way from the root of a JSON text to its present token, kept while tokens are read. Of what lies deeper than 16 levels, or has longer names than 256 bytes together, it is empty.</summary>
internal sealed class JsonPath
{
    private const int MaxDepth = 16;
    private const int MaxBytes = 256;
    private const int Unknown = -1;

    private readonly byte[] _bytes = new byte[MaxBytes];
    // Where the path of the container at each depth ends; the root's is nothing.
    private readonly int[] _ends = new int[MaxDepth];
    private int _depth;
    private int _length;

    public ReadOnlySpan<byte> Current => _length == Unknown ? default : _bytes.AsSpan(0, _length);

    public int Depth => _depth;

    public void Reset() => _depth = _length = 0;

    /// <summary>Follows a token, before it is told.</summary>
    public void Enter(ref Utf8JsonReader token)
    {
        if (token.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            _depth--;
        if (token.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray)
            _length = EndAt(_depth);
        if (token.TokenType == JsonTokenType.PropertyName)
            Append(_length > 0 ? "."u8 : default, token.ValueSpan);
    }

    /// <summary>Follows a token that begins a container, after it was told.</summary>
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
