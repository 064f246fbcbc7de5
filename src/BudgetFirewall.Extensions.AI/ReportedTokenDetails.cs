using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>The parts of a prompt and of an answer that a provider reports. They lie inside their wholes, whichever way the provider counts them.</summary>
internal sealed class ReportedTokenDetails
{
    private readonly AdditionalCounts _additional;
    private readonly long _cached;
    private readonly long _cacheWrite;
    private readonly long _cacheWriteOneHour;
    private readonly long _audioInput;
    private readonly long _imageInput;
    private readonly long _reasoning;
    private readonly long _audioOutput;
    private readonly long _imageOutput;

    public ReportedTokenDetails(UsageDetails reported)
    {
        _additional = new(reported.AdditionalCounts);
        _cached = Count(reported.CachedInputTokenCount, TokenDetail.CachedInput);
        _cacheWriteOneHour = Count(null, TokenDetail.CacheWriteOneHour);
        // The whole, where it is reported, has the hour's part in it.
        _cacheWrite = Math.Max(Count(null, TokenDetail.CacheWriteFiveMinutes), Count(null, TokenDetail.CacheWrite) - _cacheWriteOneHour);
        _audioInput = Count(AudioCounts.Input(reported), TokenDetail.AudioInput);
        _imageInput = Count(null, TokenDetail.ImageInput);
        _reasoning = Count(reported.ReasoningTokenCount, TokenDetail.Reasoning);
        _audioOutput = Count(AudioCounts.Output(reported), TokenDetail.AudioOutput);
        _imageOutput = Count(null, TokenDetail.ImageOutput);
    }

    /// <summary>True when cache writes are reported without the time for which they are kept.</summary>
    public static bool HasUndividedCacheWrites(UsageDetails reported)
    {
        var additional = new AdditionalCounts(reported.AdditionalCounts);
        return additional[TokenDetail.CacheWrite] is not null && additional[TokenDetail.CacheWriteFiveMinutes] is null && additional[TokenDetail.CacheWriteOneHour] is null;
    }

    private long Cache => _cached + _cacheWrite + _cacheWriteOneHour;

    /// <summary>
    /// The input and output tokens with their parts included. A provider that does not include them shows it by a total above input and output, or by parts that are
    /// larger than their whole.
    /// </summary>
    public (long Input, long Output) PutInside(long input, long output, long total)
    {
        var beside = Math.Max(0, total - input - output);
        var ofOutput = beside == Cache ? 0 : Math.Min(beside, _reasoning);
        (input, output) = (input + beside - ofOutput, output + ofOutput);
        return (WithAll(WithAll(input, Cache), _audioInput + _imageInput), WithAll(WithAll(output, _reasoning), _audioOutput + _imageOutput));
    }

    /// <summary>The usage of wholes that hold these parts.</summary>
    public BudgetUsage ToUsage(long input, long output) => BudgetUsage.Tokens(Math.Min(input, ReportedCount.Max), Math.Min(output, ReportedCount.Max)) with
    {
        CachedInputTokens = NullIfNone(_cached),
        CacheWriteTokens = NullIfNone(_cacheWrite),
        CacheWriteOneHourTokens = NullIfNone(_cacheWriteOneHour),
        AudioInputTokens = NullIfNone(_audioInput),
        ImageInputTokens = NullIfNone(_imageInput),
        ReasoningTokens = NullIfNone(_reasoning),
        AudioOutputTokens = NullIfNone(_audioOutput),
        ImageOutputTokens = NullIfNone(_imageOutput),
        Units = _additional.Units,
    };

    private long Count(long? reported, TokenDetail part) => ReportedCount.Of(reported) ?? _additional[part] ?? 0;

    private static long WithAll(long whole, long parts) => parts > whole ? whole + parts : whole;

    private static long? NullIfNone(long tokens) => tokens == 0 ? null : tokens;
}
