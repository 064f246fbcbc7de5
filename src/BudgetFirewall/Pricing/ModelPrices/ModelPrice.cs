namespace BudgetFirewall;

/// <summary>
/// The prices of one model, in currency units for a single token or unit, each 0 to 9,000,000,000. Compares by content and copies the collections it is given. Immutable.
/// Use <see cref="PerMillion"/> for prices as providers publish them.
/// </summary>
/// <remarks>
/// <para>The whole input is priced in parts: tokens read from the cache, tokens written to it, audio, images, and the rest; so is the output, by reasoning, audio, images and the rest.
/// A part without a price of its own has that of its whole, never zero. Audio and images count as read from the cache only as far as they must have been.</para>
/// <para>The members here are the standard prices. <see cref="ServiceTiers"/> and <see cref="LongContext"/> say only what differs; what they leave out falls back, price by price:
/// the service tier's long-context tier, the standard long-context tier, lower long-context tiers likewise, the service tier, the standard.</para>
/// </remarks>
/// <example><code>
/// var price = ModelPrice.PerMillion(input: 3m, output: 15m, cachedInput: 0.3m) with
/// {
///     LongContext = new Dictionary&lt;long, ModelPriceTier&gt; { [200_000] = ModelPriceTier.PerMillion(input: 6m, output: 22.5m, cachedInput: 0.6m) },
///     ServiceTiers = new Dictionary&lt;string, ModelPriceTier&gt; { ["batch"] = ModelPriceTier.PerMillion(input: 1.5m, output: 7.5m) },
/// };
/// </code></example>
public sealed record ModelPrice
{
    private TokenPrices _tokens;

    /// <summary>The price of one input token that is none of the parts below; 0 where tokens are not paid for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public required decimal Input { get => _tokens.Get(TokenKind.Input) ?? 0; init => _tokens.Set(TokenKind.Input, value); }

    /// <summary>The price of one output token. Default 0, as for embeddings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal Output { get => _tokens.Get(TokenKind.Output) ?? 0; init => _tokens.Set(TokenKind.Output, value); }

    /// <summary>The price of one input token read from the prompt cache; null: the input price, never zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? CachedInput { get => _tokens.Get(TokenKind.CachedInput); init => _tokens.Set(TokenKind.CachedInput, value); }

    /// <summary>The price of one input token written to the prompt cache for its shorter life; null: the input price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? CacheWrite { get => _tokens.Get(TokenKind.CacheWrite); init => _tokens.Set(TokenKind.CacheWrite, value); }

    /// <summary>The price of one input token written to the prompt cache for an hour; null: that of a shorter cache write.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? CacheWriteOneHour { get => _tokens.Get(TokenKind.CacheWriteOneHour); init => _tokens.Set(TokenKind.CacheWriteOneHour, value); }

    /// <summary>The price of one audio token of the input; null: the input price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? AudioInput { get => _tokens.Get(TokenKind.AudioInput); init => _tokens.Set(TokenKind.AudioInput, value); }

    /// <summary>The price of one image token of the input; null: the input price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? ImageInput { get => _tokens.Get(TokenKind.ImageInput); init => _tokens.Set(TokenKind.ImageInput, value); }

    /// <summary>The price of one reasoning token, which lies inside the output; null: the output price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? Reasoning { get => _tokens.Get(TokenKind.Reasoning); init => _tokens.Set(TokenKind.Reasoning, value); }

    /// <summary>The price of one audio token of the output; null: the output price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? AudioOutput { get => _tokens.Get(TokenKind.AudioOutput); init => _tokens.Set(TokenKind.AudioOutput, value); }

    /// <summary>The price of one image token of the output; null: the output price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? ImageOutput { get => _tokens.Get(TokenKind.ImageOutput); init => _tokens.Set(TokenKind.ImageOutput, value); }

    /// <summary>
    /// The prices of units that this model is paid for beside tokens: <c>request</c> (always 1), <c>image</c>, <c>second</c>, <c>query</c> or any other unit
    /// that a usage names; null for none. They take the place of <see cref="PricingOptions.Units"/> of the same names.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed, or that of a unit of tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A price is outside the range.</exception>
    public IReadOnlyDictionary<string, decimal>? Units { get; init => field = ValueCollections.Copy(value, ModelPriceCheck.Unit); }

    /// <summary>
    /// The prices that differ for calls whose <see cref="BudgetUsage.ServiceTier"/> has one of these names, compared ordinally (<c>batch</c>, <c>flex</c>,
    /// <c>priority</c>…); null when none differ.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed, or a tier is null.</exception>
    public IReadOnlyDictionary<string, ModelPriceTier>? ServiceTiers { get; init => field = ValueCollections.Copy(value, ModelPriceCheck.ServiceTier); }

    /// <summary>
    /// The prices that differ, for all tokens of a call, when its <see cref="BudgetUsage.InputTokens"/> are above a threshold. The key is the threshold, 1 to
    /// 9,000,000,000,000; the highest one passed counts.
    /// Null when none differ.
    /// </summary>
    /// <remarks>A table of ranges (a &lt; tokens ≤ b) is its first range as the standard and each later one under its lower bound: beyond the last range the last holds.</remarks>
    /// <exception cref="ArgumentException">A tier is null or has long-context tiers of its own.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is outside its range.</exception>
    public IReadOnlyDictionary<long, ModelPriceTier>? LongContext { get; init => field = ValueCollections.Copy(value, ModelPriceCheck.LongContextTier); }

    /// <summary>Prices given per million tokens, each 0 to 9,000,000,000.</summary>
    /// <param name="input">Per million input tokens.</param>
    /// <param name="output">Per million output tokens.</param>
    /// <param name="cachedInput">Per million input tokens read from the cache; null: the input price.</param>
    /// <param name="reasoning">Per million reasoning tokens; null: the output price.</param>
    /// <exception cref="ArgumentOutOfRangeException">A price is outside the range.</exception>
    public static ModelPrice PerMillion(decimal input, decimal output, decimal? cachedInput = null, decimal? reasoning = null) => new()
    {
        Input = ModelPriceCheck.PerMillion(input, nameof(input))!.Value,
        Output = ModelPriceCheck.PerMillion(output, nameof(output))!.Value,
        CachedInput = ModelPriceCheck.PerMillion(cachedInput, nameof(cachedInput)),
        Reasoning = ModelPriceCheck.PerMillion(reasoning, nameof(reasoning)),
    };

    /// <inheritdoc/>
    public bool Equals(ModelPrice? other) =>
        other is not null && Parts.Equals(other.Parts) && ValueCollections.Same(Units, other.Units)
        && ValueCollections.Same(ServiceTiers, other.ServiceTiers) && ValueCollections.Same(LongContext, other.LongContext);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Parts, ValueCollections.Hash(Units), ValueCollections.Hash(ServiceTiers), ValueCollections.Hash(LongContext));

    /// <summary>True when a call of the standard tier costs nothing, whatever it uses.</summary>
    internal bool IsFree => Prices.IsFree;

    /// <summary>The standard prices.</summary>
    internal PriceSet Prices => new(Parts, Units);

    /// <summary>The prices of tokens; those of all input and all output are never null.</summary>
    internal TokenPrices Parts
    {
        get
        {
            var tokens = _tokens;
            tokens.Set(TokenKind.Input, Input);
            tokens.Set(TokenKind.Output, Output);
            return tokens;
        }
        init => _tokens = value;
    }
}
