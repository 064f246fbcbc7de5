using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A rate limit's state as JSON.</summary>
[Description("The state of a rate limit for one scope. Amounts are exact decimals as strings.")]
internal sealed record RateLimitStateReply
{
    public required string RateLimitId { get; init; }

    [Description("The name for people of the rate limit; absent: none.")]
    public string? Name { get; init; }

    public required string Scope { get; init; }

    [Description("configuration or run_time: the place that the limit's definition comes from.")]
    public required string Source { get; init; }

    [Description("The id of the definition that this one replaces for the scope; absent: none.")]
    public string? ReplacedId { get; init; }

    [Description("The usage unit that is taken; absent: permits.")]
    public string? Unit { get; init; }

    [Description("hard or shadow.")]
    public required string Enforcement { get; init; }

    [Description("The way in which the limit counts, as token_bucket.")]
    public required string Algorithm { get; init; }

    [Description("The most that may be taken at once, when nothing else is.")]
    public required string Limit { get; init; }

    [Description("The time in which the whole limit may be taken once more; absent: never.")]
    public double? WindowSeconds { get; init; }

    [Description("The limit of a token_bucket; absent for other algorithms.")]
    public string? Capacity { get; init; }

    [Description("The amount that comes back to a token_bucket per second; absent for other algorithms.")]
    public string? RefillPerSecond { get; init; }

    [Description("The amount that may begin in a leaky_bucket per second; absent for other algorithms.")]
    public string? RatePerSecond { get; init; }

    [Description("The amount in the queue of a leaky_bucket; absent for other algorithms.")]
    public string? QueueLength { get; init; }

    [Description("Seconds until the turn of a call that would come now to a leaky_bucket; absent for other algorithms.")]
    public double? NextTurnSeconds { get; init; }

    [Description("The most that an adaptive limit grows to, in the value that it lowers and raises: refillPerSecond, ratePerSecond, or limit of a window; absent: the limit stays as it is.")]
    public string? Ceiling { get; init; }

    [Description("Seconds for which an adaptive limit admits nothing, because the provider has said when to come back; absent: it has no pause.")]
    public double? PausedSeconds { get; init; }

    public required string Remaining { get; init; }

    [Description("As remaining, but below zero after a charge of more than was there.")]
    public required string Level { get; init; }

    [Description("Seconds until nothing of the limit is used any more; absent: nothing comes back.")]
    public double? FullInSeconds { get; init; }

    [Description("Seconds until a request that this limit denied would fit; absent: it fits, or never will.")]
    public double? RetryAfterSeconds { get; init; }

    public static RateLimitStateReply Of(RateLimitState state) => new()
    {
        RateLimitId = state.RateLimitId,
        Name = state.Name,
        Scope = state.Scope.ToString(),
        Source = WireNames.Of(state.Source),
        ReplacedId = state.ReplacedId,
        Unit = state.Unit,
        Enforcement = WireNames.Of(state.Enforcement),
        Algorithm = WireNames.Of(state.Algorithm),
        Limit = Amounts.Text(state.Limit),
        WindowSeconds = state.Window?.TotalSeconds,
        Capacity = state.Algorithm == RateLimitAlgorithm.TokenBucket ? Amounts.Text(state.Limit) : null,
        RefillPerSecond = state.RefillPerSecond is { } refill ? Amounts.Text(refill) : null,
        RatePerSecond = state.RatePerSecond is { } rate ? Amounts.Text(rate) : null,
        QueueLength = state.QueueLength is { } length ? Amounts.Text(length) : null,
        NextTurnSeconds = state.NextTurnIn?.TotalSeconds,
        Ceiling = state.Ceiling is { } ceiling ? Amounts.Text(ceiling) : null,
        PausedSeconds = state.PausedFor?.TotalSeconds,
        Remaining = Amounts.Text(state.Remaining),
        Level = Amounts.Text(state.Level),
        FullInSeconds = state.FullIn?.TotalSeconds,
        RetryAfterSeconds = state.RetryAfter?.TotalSeconds,
    };
}
