using System.Text;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// Reads the body of a request for its model, service tier and ceilings, and estimates the tokens of its prompt: one for every three bytes of its texts and names and for every three
/// characters of a number, 1,600 for an image, and 1,600 or one per 100 bytes, whichever is more, for sound and files. A value where the formats have no attachment
/// is counted as text, whatever it looks like.
/// </summary>
internal sealed class RequestReader : IJsonTarget
{
    private const int BytesPerToken = 3;
    private const long TokensPerAttachment = 1_600;
    private const int BytesPerAttachedToken = 100;
    private const int MaxTierLength = 256;
    private const int MaxAnswers = 1_000;

    // The names at the root whose values decide the amount that is held.
    private static readonly byte[][] Names =
    [
        "model"u8.ToArray(), "service_tier"u8.ToArray(), "speed"u8.ToArray(), "max_tokens"u8.ToArray(), "max_completion_tokens"u8.ToArray(), "max_output_tokens"u8.ToArray(), "n"u8.ToArray(), "best_of"u8.ToArray(),
    ];

    // Where the formats have parts of content that can be attachments.
    private static readonly byte[][] Parts =
    [
        "messages[].content[]"u8.ToArray(), "messages[].content[].content[]"u8.ToArray(), "messages[].content[].source.content[]"u8.ToArray(),
        "messages[].content[].content[].source.content[]"u8.ToArray(), "input[].content[]"u8.ToArray(), "input[].output[]"u8.ToArray(), "input[].output"u8.ToArray(),
    ];

    private readonly JsonStreamReader _json;
    private long _textBytes;
    private long _attachedTokens;
    // A source of Anthropic that is being read, whose type may come after its data.
    private int _sourceLength = -1;
    private bool? _isSourceAttached;
    private long _sourceTextBytes;
    private long _sourceTokens;
    private long? _ceiling;
    private bool _isCeilingOpen;
    private long _answers = 1;
    private readonly bool[] _isSaid = new bool[Names.Length];
    private string? _problem;

    public RequestReader() => _json = new(this);

    /// <summary>The model; null for none.</summary>
    public string? Model { get; private set; }

    private string? ServiceTier { get; set; }

    /// <summary>The reason why a body could not be read; empty for none.</summary>
    public string Problem => !_json.IsEnded ? "it is not JSON" : _problem ?? "";

    /// <summary>Reads a whole body.</summary>
    /// <returns>False when it is no JSON object, or gives one setting twice, so that the provider may use another value than is held for.</returns>
    public bool TryRead(ReadOnlySpan<byte> body)
    {
        _json.Feed(body.StartsWith("\uFEFF"u8) ? body[3..] : body);
        return _json.IsEnded && _problem is null;
    }

    /// <summary>Estimates what the call will use.</summary>
    /// <param name="hasOutput">False where the answer has no tokens.</param>
    /// <param name="defaultCeiling">The tokens of an answer to a request that sets no ceiling.</param>
    public BudgetUsage ToUsage(bool hasOutput, int defaultCeiling)
    {
        EndSource();
        var input = (_textBytes + BytesPerToken - 1) / BytesPerToken + _attachedTokens;
        // A ceiling of zero or less, as some servers take it, is none.
        var ceiling = _isCeilingOpen ? Math.Max(_ceiling ?? 0, defaultCeiling) : _ceiling ?? defaultCeiling;
        var output = hasOutput ? Math.Min(ceiling, TokenCounts.Max / _answers) * _answers : 0;
        return BudgetUsage.Tokens(Math.Min(input, TokenCounts.Max), output) with { ServiceTier = ServiceTier };
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
                OnOther(path);
                break;
            case JsonTokenType.True or JsonTokenType.False or JsonTokenType.StartArray:
                OnOther(path);
                break;
            case JsonTokenType.StartObject when !IsOfPart(path, ".source"u8):
                OnOther(path);
                break;
            case JsonTokenType.StartObject:
                EndSource();
                _sourceLength = path.Length;
                break;
            // A prompt may be given as tokens, and a tool's input as numbers.
            case JsonTokenType.Number:
                _textBytes += (token.ValueSpan.Length + BytesPerToken - 1) / BytesPerToken * BytesPerToken;
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
            if (!JsonText.TryGet(ref token, out var model))
                _problem ??= "its model is not a text that can be read";
            else if (cutBytes > 0)
                _problem ??= "its model is too long";
            Model = model;
        }
        else if (cutBytes == 0 && (path.SequenceEqual("service_tier"u8) || path.SequenceEqual("speed"u8)))
        {
            if (!JsonText.TryGet(ref token, out var tier))
                _problem ??= "its service tier is not a text that can be read";
            OnServiceTier(tier is { Length: <= MaxTierLength } ? BudgetUsage.ServiceTierNamed(tier) : null);
        }
    }

    private void OnServiceTier(string? tier)
    {
        if (tier is not null && ServiceTier is not null && tier != ServiceTier)
            _problem ??= "its service_tier and its speed name two tiers";
        ServiceTier ??= tier;
    }

    private void OnNumber(ReadOnlySpan<byte> path, ref Utf8JsonReader token)
    {
        var isAnswers = IsAnswers(path);
        if (!isAnswers && !IsCeiling(path))
            return;
        // Any spelling of a number, rounded up: 1e3 and 999.2 are 1,000. One that is too large for a double is infinite.
        var number = token.TryGetDouble(out var read) ? Math.Ceiling(read) : double.PositiveInfinity;
        if (isAnswers && number is < 1 or > MaxAnswers)
            _problem ??= $"its number of answers is outside 1 to {MaxAnswers}";
        else if (isAnswers)
            _answers = Math.Max(_answers, (long)number);
        else if (number < 1)
            _isCeilingOpen = true;
        else
            _ceiling = Math.Max((long)Math.Min(number, TokenCounts.Max), _ceiling ?? 0);
    }

    private void OnOther(ReadOnlySpan<byte> path)
    {
        if (IsAnswers(path) || IsCeiling(path))
            _problem ??= "a ceiling of the answer is no number";
    }

    private static bool IsAnswers(ReadOnlySpan<byte> path) => path.SequenceEqual("n"u8) || path.SequenceEqual("best_of"u8);

    private static bool IsCeiling(ReadOnlySpan<byte> path) =>
        path.SequenceEqual("max_tokens"u8) || path.SequenceEqual("max_completion_tokens"u8) || path.SequenceEqual("max_output_tokens"u8);

    private void AddText(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes)
    {
        var attached = Math.Max(TokensPerAttachment, (token.ValueSpan.Length + cutBytes) / BytesPerAttachedToken);
        if (IsOfPart(path, ".image_url.url"u8) || IsOfPart(path, ".image_url"u8))
            _attachedTokens += TokensPerAttachment;
        else if (IsOfPart(path, ".input_audio.data"u8) || (IsOfPart(path, ".file_data"u8) || IsOfPart(path, ".file.file_data"u8)) && !IsTextFile(token.ValueSpan))
            _attachedTokens += attached;
        else if (IsOfSource(path, ".data"u8))
        {
            _sourceTextBytes += BytesOf(ref token, cutBytes);
            _sourceTokens += attached;
        }
        else
        {
            _textBytes += BytesOf(ref token, cutBytes);
            if (IsOfSource(path, ".type"u8))
                _isSourceAttached = _isSourceAttached != false && token.ValueTextEquals("base64"u8);
        }
    }

    // Only a source that says that it is base64, and nothing else, is an attachment.
    private void EndSource()
    {
        if (_isSourceAttached == true)
            _attachedTokens += _sourceTokens;
        else
            _textBytes += _sourceTextBytes;
        (_sourceLength, _isSourceAttached, _sourceTextBytes, _sourceTokens) = (-1, null, 0, 0);
    }

    private bool IsOfSource(ReadOnlySpan<byte> path, ReadOnlySpan<byte> member) =>
        path.Length == _sourceLength + member.Length && path.EndsWith(member) && IsOfPart(path[.._sourceLength], ".source"u8);

    private static bool IsOfPart(ReadOnlySpan<byte> path, ReadOnlySpan<byte> member)
    {
        if (!path.EndsWith(member))
            return false;
        foreach (var part in Parts)
        {
            if (path[..^member.Length].SequenceEqual(part))
                return true;
        }
        return false;
    }

    // A data URL of a text; its beginning may be escaped, and its type is in any case.
    private static bool IsTextFile(ReadOnlySpan<byte> value)
    {
        Span<byte> start = stackalloc byte["data:text/".Length];
        var length = 0;
        while (length < start.Length && !value.IsEmpty)
            start[length++] = JsonPath.TakeCharacter(ref value);
        return Ascii.EqualsIgnoreCase(start[..length], "data:text/"u8);
    }

    // Escapes are longer than what they stand for: many clients escape whatever is not ASCII.
    private static long BytesOf(ref Utf8JsonReader token, long cutBytes)
    {
        var length = token.ValueSpan.Length;
        if (!token.ValueIsEscaped)
            return length + cutBytes;
        return UnescapedLength(token.ValueSpan) + cutBytes;
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
