using System.Buffers;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// Reads the usage that an answer tells, a JSON document or a stream of server-sent events, while its bytes pass on their way to the caller. It keeps some
/// kilobytes, whatever the body's length.
/// </summary>
internal abstract class AnswerReader : IJsonTarget, ISseTarget
{
    private const int BytesPerToken = 3;
    private const int MaxTierLength = 256;
    private static readonly SearchValues<byte> BeforeBody = SearchValues.Create([0xEF, 0xBB, 0xBF, .. " \t\r\n"u8]);

    private readonly JsonStreamReader _json;
    private readonly byte[] _dataStart = new byte[8];
    private SseStreamReader? _sse;
    private int _dataStartLength;
    private bool _isBegun;
    private bool _isErrorSeen;
    private bool _hasServiceTier;
    private string? _serviceTier;
    private long _seenBytes;

    protected AnswerReader() => _json = new(this);

    /// <summary>True once the answer has ended by its own form: the JSON document is closed, or the stream's last event has come. It does not matter then whether the caller reads on.</summary>
    public bool IsComplete { get; protected set; }

    /// <summary>True when the body, or an event of it, was not a readable answer.</summary>
    public bool HasUnreadable { get; private set; }

    protected TokenCounts Counts { get; set; } = new();

    /// <summary>True when the output in <see cref="Counts"/> will not change any more.</summary>
    protected bool IsOutputFinal { get; set; }

    /// <summary>True when the bytes are a stream of events.</summary>
    protected bool IsStream => _sse is not null;

    /// <summary>Takes the next bytes of the body.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        if (IsComplete)
            return;
        if (!_isBegun)
            bytes = Begin(bytes);
        if (bytes.IsEmpty)
            return;
        if (_sse is not null)
            _sse.Feed(bytes);
        else
            ReadDocument(bytes);
    }

    /// <summary>Takes note that the body has ended.</summary>
    public void End()
    {
        if (IsComplete)
            return;
        _sse?.End();
        HasUnreadable |= _isBegun && !IsStream && !IsComplete;
    }

    /// <summary>Makes the usage of the call, from the counts of the answer and, where it reported none, from the expected usage.</summary>
    /// <param name="expected">The expected usage; null when it is not known.</param>
    public AnswerUsage Conclude(BudgetUsage? expected)
    {
        var isReported = Counts.Input is not null && Counts.Output is not null && (IsComplete || IsOutputFinal);
        var isAnythingReported = Counts.Input is not null || Counts.Output is not null;
        if (!isAnythingReported && _seenBytes == 0)
            return new(null, IsReported: false, IsRefused: _isErrorSeen);
        var seen = (_seenBytes + BytesPerToken - 1) / BytesPerToken;
        // Output that was not reported counts as expected, and never as less than was seen.
        var output = isReported ? Counts.Output!.Value : Math.Max(Math.Max(expected?.OutputTokens ?? 0, Counts.Output ?? 0), seen);
        var usage = Counts.ToUsage(Counts.Input ?? expected?.InputTokens ?? 0, output, _hasServiceTier ? _serviceTier : expected?.ServiceTier);
        return new(usage, isReported, IsRefused: false);
    }

    void IJsonTarget.OnToken(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes)
    {
        if (IsError(path) && token.TokenType is JsonTokenType.StartObject or JsonTokenType.String)
            _isErrorSeen = true;
        else if (token.TokenType == JsonTokenType.String && IsText(path))
            _seenBytes += token.ValueSpan.Length + cutBytes;
        else if (token.TokenType != JsonTokenType.PropertyName)
            OnValue(path, ref token);
    }

    void ISseTarget.OnData(ReadOnlySpan<byte> piece)
    {
        var kept = Math.Min(piece.Length, _dataStart.Length - _dataStartLength);
        piece[..kept].CopyTo(_dataStart.AsSpan(_dataStartLength));
        _dataStartLength += kept;
        if (IsComplete)
            return;
        if (IsJson)
            _json.Feed(piece);
    }

    void ISseTarget.OnEvent(ReadOnlySpan<byte> name)
    {
        var start = _dataStart.AsSpan(0, _dataStartLength);
        if (IsComplete)
            return;
        if (start.TrimEnd(" \t\n"u8).SequenceEqual("[DONE]"u8))
            IsComplete = true;
        else
        {
            HasUnreadable |= IsJson && !_json.IsEnded;
            EndDocument(_json.IsEnded);
        }
        _isErrorSeen |= name.SequenceEqual("error"u8);
        _json.Reset();
        _dataStartLength = 0;
        _dataStart[0] = 0;
    }

    /// <summary>True when the string at a path is text that was generated.</summary>
    protected abstract bool IsText(ReadOnlySpan<byte> path);

    /// <summary>Takes a value, or the beginning of an object or array.</summary>
    protected abstract void OnValue(ReadOnlySpan<byte> path, ref Utf8JsonReader value);

    /// <summary>Ends a JSON document: the whole answer, or one event of it.</summary>
    /// <param name="isWhole">False where it was no JSON, so that its values do not count.</param>
    protected abstract void EndDocument(bool isWhole);

    /// <summary>A count; null where the value is none.</summary>
    protected static long? CountOf(ref Utf8JsonReader value) =>
        value.TokenType == JsonTokenType.Number && value.TryGetInt64(out var count) && count >= 0 ? count : null;

    /// <summary>Takes the service tier in which the call ran; the standard one under any of its names is none.</summary>
    protected void SetServiceTier(ref Utf8JsonReader value)
    {
        if (value.TokenType != JsonTokenType.String || value.ValueSpan.Length is 0 or > MaxTierLength || !JsonText.TryGet(ref value, out var tier))
            return;
        _hasServiceTier = true;
        _serviceTier = BudgetUsage.ServiceTierNamed(tier);
    }

    private bool IsJson => _dataStart[0] is (byte)'{' or (byte)' ' or (byte)'\n';

    private static bool IsError(ReadOnlySpan<byte> path) => path.SequenceEqual("error"u8) || path.SequenceEqual("response.error"u8);

    private ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> bytes)
    {
        var first = bytes.IndexOfAnyExcept(BeforeBody);
        if (first < 0)
            return default;
        _isBegun = true;
        if (bytes[first] is not ((byte)'{' or (byte)'['))
            _sse = new(this);
        return bytes[first..];
    }

    private void ReadDocument(ReadOnlySpan<byte> bytes)
    {
        _json.Feed(bytes);
        if (!_json.IsEnded)
            return;
        EndDocument(isWhole: true);
        IsComplete = true;
    }
}
