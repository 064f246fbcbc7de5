namespace BudgetFirewall;

/// <summary>
/// The prices of a model that a service tier or a long context changes, each in currency units for a single token or unit, 0 to 9,000,000,000.
/// A null price is no change: the price falls back as <see cref="ModelPrice"/> says. Compares by content and copies the collections it is given. Immutable.
/// </summary>
public sealed record ModelPriceTier
{
    private TokenPrices _tokens;

    /// <inheritdoc cref="ModelPrice.Input"/>
    public decimal? Input { get => _tokens.Get(TokenKind.Input); init => _tokens.Set(TokenKind.Input, value); }

    /// <summary>The price of one output token.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? Output { get => _tokens.Get(TokenKind.Output); init => _tokens.Set(TokenKind.Output, value); }

    /// <summary>The price of one input token read from the prompt cache.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? CachedInput { get => _tokens.Get(TokenKind.CachedInput); init => _tokens.Set(TokenKind.CachedInput, value); }

    /// <summary>The price of one input token written to the prompt cache for its shorter life.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? CacheWrite { get => _tokens.Get(TokenKind.CacheWrite); init => _tokens.Set(TokenKind.CacheWrite, value); }

    /// <summary>The price of one input token written to the prompt cache for an hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? CacheWriteOneHour { get => _tokens.Get(TokenKind.CacheWriteOneHour); init => _tokens.Set(TokenKind.CacheWriteOneHour, value); }

    /// <summary>The price of one audio token of the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? AudioInput { get => _tokens.Get(TokenKind.AudioInput); init => _tokens.Set(TokenKind.AudioInput, value); }

    /// <summary>The price of one image token of the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? ImageInput { get => _tokens.Get(TokenKind.ImageInput); init => _tokens.Set(TokenKind.ImageInput, value); }

    /// <summary>The price of one reasoning token.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? Reasoning { get => _tokens.Get(TokenKind.Reasoning); init => _tokens.Set(TokenKind.Reasoning, value); }

    /// <summary>The price of one audio token of the output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? AudioOutput { get => _tokens.Get(TokenKind.AudioOutput); init => _tokens.Set(TokenKind.AudioOutput, value); }

    /// <summary>The price of one image token of the output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? ImageOutput { get => _tokens.Get(TokenKind.ImageOutput); init => _tokens.Set(TokenKind.ImageOutput, value); }

    /// <inheritdoc cref="ModelPrice.Units"/>
    public IReadOnlyDictionary<string, decimal>? Units { get; init => field = ValueCollections.Copy(value, ModelPriceCheck.Unit); }

    /// <summary>
    /// The prices of this service tier that differ in a long context, as in <see cref="ModelPrice.LongContext"/>; null when none differ. Only a service tier
    /// has these.
    /// </summary>
    /// <exception cref="ArgumentException">A tier is null or has long-context tiers of its own.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is outside 1 … 9,000,000,000,000.</exception>
    public IReadOnlyDictionary<long, ModelPriceTier>? LongContext { get; init => field = ValueCollections.Copy(value, ModelPriceCheck.LongContextTier); }

    /// <summary>Prices given per million tokens, each 0 to 9,000,000,000.</summary>
    /// <param name="input">Per million input tokens; null: no change.</param>
    /// <param name="output">Per million output tokens; null: no change.</param>
    /// <param name="cachedInput">Per million input tokens read from the cache; null: no change.</param>
    /// <param name="reasoning">Per million reasoning tokens; null: no change.</param>
    /// <exception cref="ArgumentOutOfRangeException">A price is outside the range.</exception>
    public static ModelPriceTier PerMillion(decimal? input = null, decimal? output = null, decimal? cachedInput = null, decimal? reasoning = null) => new()
    {
        Input = ModelPriceCheck.PerMillion(input, nameof(input)),
        Output = ModelPriceCheck.PerMillion(output, nameof(output)),
        CachedInput = ModelPriceCheck.PerMillion(cachedInput, nameof(cachedInput)),
        Reasoning = ModelPriceCheck.PerMillion(reasoning, nameof(reasoning)),
    };

    /// <inheritdoc/>
    public bool Equals(ModelPriceTier? other) =>
        other is not null && _tokens.Equals(other._tokens) && ValueCollections.Same(Units, other.Units) && ValueCollections.Same(LongContext, other.LongContext);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_tokens, ValueCollections.Hash(Units), ValueCollections.Hash(LongContext));

    /// <summary>The prices that the tier gives itself, without those that it falls back to.</summary>
    internal PriceSet Prices => new(_tokens, Units);

    internal TokenPrices Parts { init => _tokens = value; }
}
