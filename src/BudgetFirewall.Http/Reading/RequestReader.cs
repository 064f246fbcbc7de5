using System.Text;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// Reads the body of a request for its model, service tier and ceilings, and estimates the tokens of its prompt: one for every three bytes of its texts and names and for every number,
/// 1,600 for an image, and 1,600 or one per 100 bytes, whichever is more, for sound and files.
/// </summary>
internal sealed class RequestReader : IJsonTarget
{
    private const int BytesPerToken = 3;
    private const long TokensPerAttachment = 1_600;
    private const int BytesPerAttachedToken = 100;
    private const int MaxTierLength = 256;

    private readonly PassingJson _json;
    private long _textBytes;
    private long _attachedTokens;
    private long? _ceiling;
    private long _answers = 1;
    private bool _isModelUnreadable;
    private bool _isTierUnreadable;

    public RequestReader() => _json = new(this);

    /// <summary>The model; null for none.</summary>
    public string? Model { get; private set; }

    private string? ServiceTier { get; set; }

    /// <summary>Reads a whole body.</summary>
    /// <returns>False when it is not JSON, or its model or service tier is not a text that can be read.</returns>
    public bool TryRead(ReadOnlySpan<byte> body)
    {
        _json.Feed(body.StartsWith("\uFEFF"u8) ? body[3..] : body);
        return _json.IsEnded && !_isModelUnreadable && !_isTierUnreadable;
    }

    /// <summary>Estimates what the call will use.</summary>
    /// <param name="hasOutput">False where the answer has no tokens.</param>
    /// <param name="defaultCeiling">The tokens of an answer to a request that sets no ceiling.</param>
    public BudgetUsage ToUsage(bool hasOutput, int defaultCeiling)
    {
        var input = (_textBytes + BytesPerToken - 1) / BytesPerToken + _attachedTokens;
        var output = hasOutput ? Math.Min(_ceiling ?? defaultCeiling, TokenCounts.Max / _answers) * _answers : 0;
        return BudgetUsage.Tokens(Math.Min(input, TokenCounts.Max), output) with { ServiceTier = ServiceTier };
    }

    void IJsonTarget.OnToken(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes)
    {
        switch (token.TokenType)
        {
            case JsonTokenType.PropertyName:
                _textBytes += token.ValueSpan.Length + cutBytes;
                break;
            case JsonTokenType.String:
                AddText(path, ref token, cutBytes);
                OnText(path, ref token, cutBytes);
                break;
            // A prompt may be given as tokens.
            case JsonTokenType.Number:
                _textBytes += BytesPerToken;
                OnNumber(path, ref token);
                break;
        }
    }

    private void OnText(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes)
    {
        if (path.SequenceEqual("model"u8) && !token.ValueSpan.IsEmpty)
        {
            _isModelUnreadable = !JsonText.TryGet(ref token, out var model) || cutBytes > 0;
            Model = model;
        }
        else if (cutBytes == 0 && (path.SequenceEqual("service_tier"u8) || path.SequenceEqual("speed"u8)))
        {
            _isTierUnreadable |= !JsonText.TryGet(ref token, out var tier);
            ServiceTier = tier is { Length: <= MaxTierLength } ? ServiceTierName.Of(tier) ?? ServiceTier : ServiceTier;
        }
    }

    private void OnNumber(ReadOnlySpan<byte> path, ref Utf8JsonReader token)
    {
        if (!token.TryGetInt64(out var count) || count <= 0)
            return;
        if (path.SequenceEqual("max_tokens"u8) || path.SequenceEqual("max_completion_tokens"u8) || path.SequenceEqual("max_output_tokens"u8))
            _ceiling = Math.Min(Math.Max(count, _ceiling ?? 0), TokenCounts.Max);
        else if (path.SequenceEqual("n"u8))
            _answers = Math.Min(count, 1_000);
    }

    private void AddText(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes)
    {
        var text = token.ValueSpan;
        if (text.StartsWith("data:image/"u8) || path.EndsWith(".image_url.url"u8) || path.EndsWith(".image_url"u8))
            _attachedTokens += TokensPerAttachment;
        else if (text.StartsWith("data:"u8) || path.EndsWith(".data"u8) && !path.StartsWith("tools"u8))
            _attachedTokens += Math.Max(TokensPerAttachment, (text.Length + cutBytes) / BytesPerAttachedToken);
        else
            _textBytes += BytesOf(ref token, cutBytes);
    }

    // Escapes are longer than what they stand for: many clients escape whatever is not ASCII.
    private static long BytesOf(ref Utf8JsonReader token, long cutBytes)
    {
        var length = token.ValueSpan.Length;
        if (!token.ValueIsEscaped)
            return length + cutBytes;
        var unescaped = UnescapedLength(token.ValueSpan);
        return unescaped + (cutBytes == 0 ? 0 : cutBytes * unescaped / length);
    }

    private static int UnescapedLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        for (var i = 0; i < text.Length; length++)
        {
            if (text[i] != '\\')
                i++;
            else if (i + 1 >= text.Length || text[i + 1] != 'u')
                i += 2;
            else
            {
                length += Utf8Length(text.Slice(i + 2, Math.Min(4, text.Length - i - 2))) - 1;
                i += 6;
            }
        }
        return length;
    }

    // A surrogate is half of a character of four bytes.
    private static int Utf8Length(ReadOnlySpan<byte> hexDigits)
    {
        _ = int.TryParse(hexDigits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var character);
        return char.IsSurrogate((char)character) ? 2 : Rune.TryCreate(character, out var rune) ? rune.Utf8SequenceLength : 1;
    }
}
