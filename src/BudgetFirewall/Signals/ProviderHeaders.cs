namespace BudgetFirewall;

/// <summary>Reads from the headers of an answer what a provider says of its limits. Whatever is malformed is as if it were absent.</summary>
internal readonly struct ProviderHeaders(Func<string, string?> valueOf, DateTimeOffset now)
{
    private const int TooManyRequests = 429;
    private const int ServiceUnavailable = 503;
    // Not registered; several providers answer it when they have no capacity.
    private const int Overloaded = 529;

    public ProviderSignal Read(int statusCode)
    {
        var isOverloaded = statusCode is TooManyRequests or ServiceUnavailable or Overloaded;
        var (requests, tokens) = RateLimitField.Read(valueOf("RateLimit"));
        return new()
        {
            IsOverloaded = isOverloaded,
            RetryAfter = isOverloaded ? RetryAfter() : null,
            RequestsResetIn = requests ?? ResetIn("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests")
                ?? ResetIn("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset")
                ?? ResetIn("RateLimit-Remaining", "RateLimit-Reset")
                ?? ResetIn("x-ratelimit-remaining", "x-ratelimit-reset"),
            TokensResetIn = tokens ?? ResetIn("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens")
                ?? ResetIn("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
            InputTokensResetIn = ResetIn("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
            OutputTokensResetIn = ResetIn("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
        };
    }

    private TimeSpan? RetryAfter() => HeaderTime.Milliseconds(valueOf("retry-after-ms")) ?? HeaderTime.Until(valueOf("Retry-After"), now);

    /// <summary>The time until a limit has something again; null unless nothing is left.</summary>
    private TimeSpan? ResetIn(string remaining, string reset) =>
        HeaderTime.IsZero(valueOf(remaining)) && HeaderTime.Until(valueOf(reset), now) is { } time && time > TimeSpan.Zero ? time : null;
}
