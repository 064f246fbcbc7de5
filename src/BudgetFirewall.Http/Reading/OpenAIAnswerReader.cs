using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// Reads answers of OpenAI: chat completions, completions, embeddings and responses. A stream of chat completions has its usage in a chunk of its own before <c>[DONE]</c>, where the request asks for it
/// (<c>stream_options.include_usage</c>); a stream of responses has it in its last event. Predicted tokens, accepted or not, lie inside the output.
/// </summary>
internal sealed class OpenAIAnswerReader : AnswerReader
{
    private bool _isLastEvent;
    private bool _hasChoices;
    private bool _isFinished;
    private TokenCounts? _counts;
    private long? _total;

    protected override bool IsText(ReadOnlySpan<byte> path)
    {
        if (IsStream)
            return path.SequenceEqual("delta"u8) || path.StartsWith("choices[]."u8) && IsTextMember(path);
        return (path.StartsWith("choices[]."u8) || path.StartsWith("output[]."u8)) && IsTextMember(path);
    }

    protected override void OnValue(ReadOnlySpan<byte> path, ref Utf8JsonReader value)
    {
        if (path.StartsWith("response."u8))
            path = path["response.".Length..];
        if (path.StartsWith("usage."u8))
            OnCount(path["usage.".Length..], ref value);
        else if (path.SequenceEqual("service_tier"u8))
            SetServiceTier(ref value);
        else if (path.SequenceEqual("type"u8))
            _isLastEvent = value.TokenType == JsonTokenType.String && IsLastEvent(ref value);
        else if (path.SequenceEqual("choices[]"u8))
            _hasChoices = true;
        else if (path.SequenceEqual("choices[].finish_reason"u8))
            _isFinished |= value.TokenType == JsonTokenType.String;
    }

    protected override void EndDocument(bool isWhole)
    {
        if (isWhole && _counts is not null)
        {
            Counts = _counts;
            // Embeddings have no output; others tell a total at least.
            Counts.Output ??= Math.Max(0, (_total ?? 0) - (Counts.Input ?? 0));
            // Some servers send a usage with every chunk.
            IsOutputFinal = _isFinished || !_hasChoices;
        }
        IsComplete |= IsStream && isWhole && _isLastEvent;
        _isLastEvent = _hasChoices = false;
        (_counts, _total) = (null, null);
    }

    private static bool IsTextMember(ReadOnlySpan<byte> path)
    {
        var member = path[(path.LastIndexOf((byte)'.') + 1)..];
        return member.SequenceEqual("content"u8) || member.SequenceEqual("text"u8) || member.SequenceEqual("arguments"u8) || member.SequenceEqual("refusal"u8)
            || member.SequenceEqual("reasoning_content"u8) || member.SequenceEqual("reasoning"u8);
    }

    private static bool IsLastEvent(ref Utf8JsonReader type) =>
        type.ValueTextEquals("response.completed"u8) || type.ValueTextEquals("response.incomplete"u8) || type.ValueTextEquals("response.failed"u8) || type.ValueTextEquals("response.cancelled"u8);

    private void OnCount(ReadOnlySpan<byte> name, ref Utf8JsonReader value)
    {
        if (CountOf(ref value) is not { } count)
            return;
        var counts = _counts ??= new();
        if (name.SequenceEqual("prompt_tokens"u8) || name.SequenceEqual("input_tokens"u8))
            counts.Input = count;
        else if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
            counts.Output = count;
        else if (name.SequenceEqual("total_tokens"u8))
            _total = count;
        else if (name.StartsWith("prompt_tokens_details."u8) || name.StartsWith("input_tokens_details."u8))
            OnInputPart(counts, name[(name.IndexOf((byte)'.') + 1)..], count);
        else if (name.StartsWith("completion_tokens_details."u8) || name.StartsWith("output_tokens_details."u8))
            OnOutputPart(counts, name[(name.IndexOf((byte)'.') + 1)..], count);
    }

    private static void OnInputPart(TokenCounts counts, ReadOnlySpan<byte> name, long count)
    {
        if (name.SequenceEqual("cached_tokens"u8))
            counts.CachedInput = count;
        else if (name.SequenceEqual("cache_write_tokens"u8))
            counts.CacheWrite = count;
        else if (name.SequenceEqual("audio_tokens"u8))
            counts.AudioInput = count;
        else if (name.SequenceEqual("image_tokens"u8))
            counts.ImageInput = count;
    }

    private static void OnOutputPart(TokenCounts counts, ReadOnlySpan<byte> name, long count)
    {
        if (name.SequenceEqual("reasoning_tokens"u8))
            counts.Reasoning = count;
        else if (name.SequenceEqual("audio_tokens"u8))
            counts.AudioOutput = count;
        else if (name.SequenceEqual("image_tokens"u8))
            counts.ImageOutput = count;
    }
}
