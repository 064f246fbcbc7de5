using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// Reads messages of Anthropic. In a stream <c>message_start</c> has the input and <c>message_delta</c> the output up to then. Its input tokens do not
/// include those read from the cache or written to it; the whole prompt is the sum of the three. A compaction of the context is an iteration that the
/// totals leave out.
/// </summary>
internal sealed class AnthropicAnswerReader : AnswerReader
{
    private long? _uncached;
    private long? _output;
    private long? _written;
    private long _writtenForFiveMinutes;
    private bool _isLastEvent;
    private bool _isStopped;
    private bool _isFast;
    private bool _isCompaction;
    private long _iterationInput;
    private long _iterationOutput;
    private (long Input, long Output) _compaction;

    protected override bool IsText(ReadOnlySpan<byte> path) => IsStream
        ? path.SequenceEqual("delta.text"u8) || path.SequenceEqual("delta.thinking"u8) || path.SequenceEqual("delta.partial_json"u8)
        : path.SequenceEqual("content[].text"u8) || path.SequenceEqual("content[].thinking"u8);

    protected override void OnValue(ReadOnlySpan<byte> path, ref Utf8JsonReader value)
    {
        if (path.StartsWith("message."u8))
            path = path["message.".Length..];
        if (path.StartsWith("usage.iterations"u8))
            OnIteration(path["usage.iterations".Length..], ref value);
        else if (path.StartsWith("usage."u8))
            OnUsage(path["usage.".Length..], ref value);
        else if (path.SequenceEqual("type"u8))
            _isLastEvent |= value.TokenType == JsonTokenType.String && value.ValueTextEquals("message_stop"u8);
        else if (path.SequenceEqual("delta.stop_reason"u8))
            _isStopped |= value.TokenType == JsonTokenType.String;
    }

    protected override void EndDocument(bool isWhole)
    {
        EndIteration();
        if (!isWhole)
            return;
        // Cache writes are told as a sum, by the time for which they live, or both.
        Counts.CacheWrite = Math.Max(_written ?? 0, _writtenForFiveMinutes + (Counts.CacheWriteOneHour ?? 0));
        if (_uncached is { } uncached)
            Counts.Input = uncached + (Counts.CachedInput ?? 0) + Counts.CacheWrite + _compaction.Input;
        if (_output is { } output)
            Counts.Output = output + _compaction.Output;
        IsOutputFinal = _isStopped;
        IsComplete |= IsStream && _isLastEvent;
    }

    private void OnUsage(ReadOnlySpan<byte> name, ref Utf8JsonReader value)
    {
        if (name.SequenceEqual("service_tier"u8) && !_isFast)
            SetServiceTier(ref value);
        else if (name.SequenceEqual("speed"u8) && value.TokenType == JsonTokenType.String && value.ValueTextEquals("fast"u8))
        {
            _isFast = true;
            SetServiceTier(ref value);
        }
        if (CountOf(ref value) is not { } count)
            return;
        if (name.SequenceEqual("input_tokens"u8))
            _uncached = count;
        else if (name.SequenceEqual("output_tokens"u8))
            _output = count;
        else if (name.SequenceEqual("cache_read_input_tokens"u8))
            Counts.CachedInput = count;
        else if (name.SequenceEqual("cache_creation_input_tokens"u8))
            _written = count;
        else if (name.SequenceEqual("cache_creation.ephemeral_5m_input_tokens"u8))
            _writtenForFiveMinutes = count;
        else if (name.SequenceEqual("cache_creation.ephemeral_1h_input_tokens"u8))
            Counts.CacheWriteOneHour = count;
        else if (name.SequenceEqual("server_tool_use.web_search_requests"u8))
            Counts.WebSearches = count;
    }

    private void OnIteration(ReadOnlySpan<byte> name, ref Utf8JsonReader value)
    {
        // Every report has all iterations up to then.
        if (name.IsEmpty)
            _compaction = default;
        else if (name.SequenceEqual("[]"u8))
            EndIteration();
        else if (name.SequenceEqual("[].type"u8))
            _isCompaction = value.TokenType == JsonTokenType.String && value.ValueTextEquals("compaction"u8);
        else if (CountOf(ref value) is { } count)
        {
            if (name.SequenceEqual("[].output_tokens"u8))
                _iterationOutput = count;
            else if (name.SequenceEqual("[].input_tokens"u8))
                _iterationInput = count;
        }
    }

    private void EndIteration()
    {
        if (_isCompaction)
            _compaction = (_compaction.Input + _iterationInput, _compaction.Output + _iterationOutput);
        (_isCompaction, _iterationInput, _iterationOutput) = (false, 0, 0);
    }
}
