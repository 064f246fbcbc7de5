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
    private const long MaxTokens = 9_000_000_000_000;

    // The names at the root that say what is held.
    private static readonly byte[][] Names =
    [
        "model"u8.ToArray(), "service_tier"u8.ToArray(), "speed"u8.ToArray(), "max_tokens"u8.ToArray(), "max_completion_tokens"u8.ToArray(), "max_output_tokens"u8.ToArray(), "n"u8.ToArray(),
    ];

    private readonly PassingJson _json;
    private long _textBytes;
    private long _attachedTokens;
    private long? _ceiling;
    private long _answers = 1;
    private readonly bool[] _isSaid = new bool[Names.Length];
    private string? _problem;

    public RequestReader() => _json = new(this);

    /// <summary>The model; null for none.</summary>
    public string? Model { get; private set; }

    private string? ServiceTier { get; set; }

    /// <summary>Why a body could not be read.</summary>
    public string Problem => !_json.IsEnded ? "it is not JSON" : _problem ?? "";

    /// <summary>Reads a whole body.</summary>
    /// <returns>False when it is no JSON object, or says one thing in two ways, so that the provider may take another one than is held.</returns>
    public bool TryRead(ReadOnlySpan<byte> body)
    {
        _json.Feed(body.StartsWith("\uFEFF"u8) ? body[3..] : body);
        return _json.IsEnded && _problem is null;
    }

    /// <summary>What the call is expected to use.</summary>
    /// <param name="hasOutput">False where the answer has no tokens.</param>
    /// <param name="defaultCeiling">The tokens of an answer to a request that sets no ceiling.</param>
    public BudgetUsage ToUsage(bool hasOutput, int defaultCeiling)
    {
        var input = (_textBytes + BytesPerToken - 1) / BytesPerToken + _attachedTokens;
        var output = hasOutput ? Math.Min(_ceiling ?? defaultCeiling, MaxTokens / _answers) * _answers : 0;
        return BudgetUsage.Tokens(Math.Min(input, MaxTokens), output) with { ServiceTier = ServiceTier };
    }

    void IJsonTarget.OnToken(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes)
    {
        switch (token.TokenType)
        {
            case JsonTokenType.PropertyName:
                _textBytes += token.ValueSpan.Length + cutBytes;
                OnName(path);
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

    private void OnName(ReadOnlySpan<byte> path)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (!Ascii.EqualsIgnoreCase(path, Names[i]))
                continue;
            // Some servers read a name in any case, and others do not.
            if (_isSaid[i] || !path.SequenceEqual(Names[i]))
                _problem ??= $"it has {Encoding.UTF8.GetString(Names[i])} twice, or in other letters";
            _isSaid[i] = true;
        }
    }

    private void OnText(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes)
    {
        if (path.SequenceEqual("model"u8) && !token.ValueSpan.IsEmpty)
        {
            if (cutBytes > 0)
                _problem ??= "its model is too long";
            Model = token.GetString();
        }
        else if (cutBytes == 0 && (path.SequenceEqual("service_tier"u8) || path.SequenceEqual("speed"u8)))
            OnServiceTier(ServiceTierName.Of(token.GetString()));
    }

    private void OnServiceTier(string? tier)
    {
        if (tier is not null && ServiceTier is not null && tier != ServiceTier)
            _problem ??= "its service_tier and its speed name two tiers";
        ServiceTier ??= tier;
    }

    private void OnNumber(ReadOnlySpan<byte> path, ref Utf8JsonReader token)
    {
        if (!token.TryGetInt64(out var count) || count <= 0)
            return;
        if (path.SequenceEqual("max_tokens"u8) || path.SequenceEqual("max_completion_tokens"u8) || path.SequenceEqual("max_output_tokens"u8))
            _ceiling = Math.Min(Math.Max(count, _ceiling ?? 0), MaxTokens);
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
