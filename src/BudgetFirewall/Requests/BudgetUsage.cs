namespace BudgetFirewall;

/// <summary>
/// The usage, actual or expected, of a paid call: bytes, tokens and any named unit.
/// Compares by content and copies the collection it is given. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <see cref="InputTokens"/> is the whole prompt: cached reads and cache writes lie inside it and are priced apart.
/// Reasoning lies inside <see cref="OutputTokens"/>, and so do audio and images inside either whole. Null means "not said", which is not the same as zero:
/// a budget counted in a unit that a usage does not name is not concerned by it.
/// </remarks>
/// <example><code>
/// var usage = BudgetUsage.Tokens(input: 1200, output: 300, cachedInput: 1024);
/// var other = new BudgetUsage { ResponseBytes = 20_480, Units = new Dictionary&lt;string, decimal&gt; { ["record"] = 50 } };
/// </code></example>
public sealed record BudgetUsage
{
    /// <summary>Bytes sent, 0 to 9,000,000,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public long RequestBytes { get; init => field = CheckCount(value, nameof(RequestBytes)); }

    /// <summary>Bytes received, 0 to 9,000,000,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public long ResponseBytes { get; init => field = CheckCount(value, nameof(ResponseBytes)); }

    /// <summary>Tokens of the whole prompt, cached ones included; null when not said.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? InputTokens { get; init => field = CheckCount(value, nameof(InputTokens)); }

    /// <summary>The part of <see cref="InputTokens"/> read from the provider's prompt cache; null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? CachedInputTokens { get; init => field = CheckCount(value, nameof(CachedInputTokens)); }

    /// <summary>The part of <see cref="InputTokens"/> written to the prompt cache for its shorter life (5 minutes); null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? CacheWriteTokens { get; init => field = CheckCount(value, nameof(CacheWriteTokens)); }

    /// <summary>The part of <see cref="InputTokens"/> written to the prompt cache for an hour; null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? CacheWriteOneHourTokens { get; init => field = CheckCount(value, nameof(CacheWriteOneHourTokens)); }

    /// <summary>The part of <see cref="InputTokens"/> that is audio, cached or not; null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? AudioInputTokens { get; init => field = CheckCount(value, nameof(AudioInputTokens)); }

    /// <summary>The part of <see cref="InputTokens"/> that is images, cached or not; null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? ImageInputTokens { get; init => field = CheckCount(value, nameof(ImageInputTokens)); }

    /// <summary>Tokens of the whole answer, reasoning included; null when not said.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? OutputTokens { get; init => field = CheckCount(value, nameof(OutputTokens)); }

    /// <summary>The part of <see cref="OutputTokens"/> spent on reasoning; null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? ReasoningTokens { get; init => field = CheckCount(value, nameof(ReasoningTokens)); }

    /// <summary>The part of <see cref="OutputTokens"/> that is audio; null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? AudioOutputTokens { get; init => field = CheckCount(value, nameof(AudioOutputTokens)); }

    /// <summary>The part of <see cref="OutputTokens"/> that is images; null is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 0 … 9,000,000,000,000.</exception>
    public long? ImageOutputTokens { get; init => field = CheckCount(value, nameof(ImageOutputTokens)); }

    /// <summary>The service tier the call ran in (batch, flex, priority…); null is the standard one.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? ServiceTier { get; init => field = Identifier.CheckOptional(value, nameof(ServiceTier)); }

    /// <summary>
    /// Amounts of named units (record, api_call, image, second…), each 0 to 9,000,000,000,000 in steps of 0.000001; null is none.
    /// Units that have members of their own here, or that are derived from them (request, kb, mb, tokens), are refused.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty, too long, ill-formed, or that of a derived unit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An amount is outside the range or finer than 0.000001.</exception>
    public IReadOnlyDictionary<string, decimal>? Units
    {
        get;
        init
        {
            field = ValueCollections.Copy(value, CheckUnit);
            UnitChars = field?.Sum(static unit => unit.Key.Length) ?? 0;
        }
    }

    /// <summary>The number of characters in the names of all units.</summary>
    internal int UnitChars { get; private init; }

    /// <summary>The service tier that a provider's name stands for, as prices name it: null, the standard one, for <c>default</c>, <c>auto</c>, <c>standard</c>, <c>standard_only</c> and no name.</summary>
    /// <param name="name">The name as the provider's API has it; null or empty for none.</param>
    public static string? ServiceTierNamed(string? name) => name is null or "" or "default" or "auto" or "standard" or "standard_only" ? null : name;

    /// <summary>A usage of model tokens.</summary>
    /// <param name="input">Tokens of the whole prompt, cached ones included.</param>
    /// <param name="output">Tokens of the whole answer, reasoning included.</param>
    /// <param name="cachedInput">The part of <paramref name="input"/> read from the prompt cache.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or above 9,000,000,000,000.</exception>
    /// <exception cref="ArgumentException"><paramref name="cachedInput"/> exceeds <paramref name="input"/>.</exception>
    public static BudgetUsage Tokens(long input, long output, long cachedInput = 0) =>
        new BudgetUsage { InputTokens = input, OutputTokens = output, CachedInputTokens = cachedInput == 0 ? null : cachedInput }.Checked();

    /// <summary>The amount of a unit, known by name or given; false when this usage does not give it.</summary>
    /// <param name="unit">The unit's name: request (always 1), kb, mb, input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, total_tokens, or one of <see cref="Units"/>.</param>
    /// <param name="amount">The amount in that unit; 0 when the result is false.</param>
    /// <exception cref="ArgumentNullException"><paramref name="unit"/> is null.</exception>
    public bool TryGetUnit(string unit, out decimal amount)
    {
        ArgumentNullException.ThrowIfNull(unit);
        decimal? known = unit switch
        {
            UsageUnits.Request => 1m,
            UsageUnits.Kilobytes => Bytes / 1_024m,
            UsageUnits.Megabytes => Bytes / 1_048_576m,
            UsageUnits.InputTokens => InputTokens,
            UsageUnits.CachedInputTokens => CachedInputTokens ?? (InputTokens is null ? null : 0),
            UsageUnits.OutputTokens => OutputTokens,
            UsageUnits.ReasoningTokens => ReasoningTokens ?? (OutputTokens is null ? null : 0),
            UsageUnits.TotalTokens => InputTokens is null && OutputTokens is null ? null : (InputTokens ?? 0m) + (OutputTokens ?? 0m),
            _ => Units is not null && Units.TryGetValue(unit, out var given) ? given : null,
        };
        amount = known ?? 0;
        return known is not null;
    }

    /// <inheritdoc/>
    public bool Equals(BudgetUsage? other) =>
        other is not null
        && RequestBytes == other.RequestBytes && ResponseBytes == other.ResponseBytes
        && InputTokens == other.InputTokens && CachedInputTokens == other.CachedInputTokens
        && CacheWriteTokens == other.CacheWriteTokens && CacheWriteOneHourTokens == other.CacheWriteOneHourTokens
        && AudioInputTokens == other.AudioInputTokens && ImageInputTokens == other.ImageInputTokens
        && OutputTokens == other.OutputTokens && ReasoningTokens == other.ReasoningTokens
        && AudioOutputTokens == other.AudioOutputTokens && ImageOutputTokens == other.ImageOutputTokens
        && ServiceTier == other.ServiceTier && ValueCollections.Same(Units, other.Units);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var input = HashCode.Combine(InputTokens, CachedInputTokens, CacheWriteTokens, CacheWriteOneHourTokens, AudioInputTokens, ImageInputTokens);
        var output = HashCode.Combine(OutputTokens, ReasoningTokens, AudioOutputTokens, ImageOutputTokens);
        return HashCode.Combine(RequestBytes, ResponseBytes, input, output, ServiceTier, ValueCollections.Hash(Units));
    }

    internal decimal Bytes => (decimal)RequestBytes + ResponseBytes;

    /// <summary>Returns this usage after checking that no part of it exceeds its whole.</summary>
    internal BudgetUsage Checked()
    {
        CheckParts("Cached and cache-write tokens", Sum(CachedInputTokens, CacheWriteTokens, CacheWriteOneHourTokens), InputTokens, nameof(InputTokens));
        CheckParts("Audio and image tokens", Sum(AudioInputTokens, ImageInputTokens), InputTokens, nameof(InputTokens));
        CheckParts("ReasoningTokens", Sum(ReasoningTokens), OutputTokens, nameof(OutputTokens));
        CheckParts("Audio and image tokens", Sum(AudioOutputTokens, ImageOutputTokens), OutputTokens, nameof(OutputTokens));
        return this;
    }

    private static decimal Sum(long? first, long? second = null, long? third = null) => (decimal)(first ?? 0) + (second ?? 0) + (third ?? 0);

    private static void CheckParts(string parts, decimal sum, long? whole, string member)
    {
        if (sum > (whole ?? 0))
            throw new ArgumentException($"{parts} lie inside {member}: {sum} exceed {member} {whole?.ToString() ?? "(not given)"}.", member);
    }

    private static long CheckCount(long value, string member)
    {
        UnitAmount.CheckRange(value, member);
        return value;
    }

    private static long? CheckCount(long? value, string member) => value is { } count ? CheckCount(count, member) : null;

    private static void CheckUnit(string unit, decimal amount)
    {
        Identifier.Check(unit, nameof(Units));
        if (UsageUnits.IsDerived(unit))
            throw new ArgumentException(DisplayText.Escape($"Units[{unit}] is derived from the other members of the usage and cannot be given: {amount}."), nameof(Units));
        UnitAmount.ExactMicros(amount, $"Units[{DisplayText.Escape(unit)}]");
    }
}
