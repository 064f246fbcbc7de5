namespace BudgetFirewall;

/// <summary>
/// What a provider has said of its own limits, in one answer. Adaptive rate limits follow it: see <see cref="IRateLimitCatalog.ReportAsync"/>. The guards of <c>HttpClient</c> and <c>IChatClient</c> report by
/// themselves. Immutable.
/// </summary>
/// <example><code>
/// if (ProviderSignal.From(response) is { } signal)
///     await firewall.RateLimits.ReportAsync(request, signal);
/// </code></example>
public sealed record ProviderSignal
{
    /// <summary>True when the provider refused because of too much load, as with the status 429 or 503. Every adaptive limit that the request meets falls then.</summary>
    public bool IsOverloaded { get; init; }

    /// <summary>The time after which the provider wants to be asked again; null when it has not said. Every adaptive limit that the request meets pauses until then.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? RetryAfter { get; init => field = Check(value, nameof(RetryAfter)); }

    /// <summary>The time until the provider admits requests again; null unless it has said that none are left. Limits that count requests pause until then.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? RequestsResetIn { get; init => field = Check(value, nameof(RequestsResetIn)); }

    /// <summary>The time until the provider admits tokens again; null unless it has said that none are left. Limits that count tokens of any kind pause until then.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? TokensResetIn { get; init => field = Check(value, nameof(TokensResetIn)); }

    /// <summary>The same as <see cref="TokensResetIn"/>, for limits that count tokens of the prompt, or of prompt and answer together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? InputTokensResetIn { get; init => field = Check(value, nameof(InputTokensResetIn)); }

    /// <summary>The same as <see cref="TokensResetIn"/>, for limits that count tokens of the answer, or of prompt and answer together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? OutputTokensResetIn { get; init => field = Check(value, nameof(OutputTokensResetIn)); }

    /// <summary>True when no limit has anything to follow.</summary>
    internal bool SaysNothing => !IsOverloaded && (RetryAfter ?? RequestsResetIn ?? TokensResetIn ?? InputTokensResetIn ?? OutputTokensResetIn) is null;

    /// <summary>Reads the status and the headers of an answer: <c>Retry-After</c>, <c>x-ratelimit-*</c>, <c>RateLimit</c>, <c>RateLimit-*</c> and <c>anthropic-ratelimit-*</c>. What is malformed is ignored.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="timeProvider">The clock by which times of day in headers are understood; null: the system's.</param>
    /// <returns>Null when the answer says nothing that a limit could follow, as most do.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static ProviderSignal? From(HttpResponseMessage response, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        return FromHeaders(
            (int)response.StatusCode, name => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null, timeProvider);
    }

    /// <summary>The same as <see cref="From"/>, for answers of clients of other kinds.</summary>
    /// <param name="statusCode">The HTTP status of the answer.</param>
    /// <param name="valueOf">Gives the value of a header by its name, whose case does not matter; null where there is none. Several values are separated by commas.</param>
    /// <param name="timeProvider">The clock by which times of day in headers are understood; null: the system's.</param>
    /// <returns>Null when the answer says nothing that a limit could follow, as most do.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="valueOf"/> is null.</exception>
    public static ProviderSignal? FromHeaders(int statusCode, Func<string, string?> valueOf, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(valueOf);
        var signal = new ProviderHeaders(valueOf, (timeProvider ?? TimeProvider.System).GetUtcNow()).Read(statusCode);
        return signal.SaysNothing ? null : signal;
    }

    /// <summary>The time for which a limit on a unit pauses; zero where nothing concerns it.</summary>
    /// <param name="unit">The unit; null for the permits of requests.</param>
    internal TimeSpan PauseOf(string? unit)
    {
        var pause = RetryAfter ?? TimeSpan.Zero;
        if (unit is null or UsageUnits.Request)
            return Longest(pause, RequestsResetIn);
        if (!unit.EndsWith("tokens", StringComparison.Ordinal))
            return pause;
        pause = Longest(pause, TokensResetIn);
        if (unit is UsageUnits.TotalTokens || unit.Contains("input", StringComparison.Ordinal))
            pause = Longest(pause, InputTokensResetIn);
        if (unit is UsageUnits.TotalTokens or UsageUnits.ReasoningTokens || unit.Contains("output", StringComparison.Ordinal))
            pause = Longest(pause, OutputTokensResetIn);
        return pause;
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;

    private static TimeSpan? Check(TimeSpan? value, string member) => value is null || value >= TimeSpan.Zero
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must not be negative.");
}
