using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A rate limit's state as JSON.</summary>
[Description("The state of a rate limit for one scope. Amounts are exact decimals as strings.")]
internal sealed record RateLimitStateReply
{
    public required string RateLimitId { get; init; }

    public required string Scope { get; init; }

    [Description("The usage unit that is taken; absent: permits.")]
    public string? Unit { get; init; }

    [Description("hard or shadow.")]
    public required string Enforcement { get; init; }

    public required string Capacity { get; init; }

    public required string RefillPerSecond { get; init; }

    public required string Remaining { get; init; }

    [Description("As remaining, but below zero after a charge of more than was there.")]
    public required string Level { get; init; }

    public string? FullInSeconds { get; init; }

    public string? RetryAfterSeconds { get; init; }

    public static RateLimitStateReply Of(RateLimitState state) => new()
    {
        RateLimitId = state.RateLimitId,
        Scope = state.Scope.ToString(),
        Unit = state.Unit,
        Enforcement = WireNames.Of(state.Enforcement),
        Capacity = Amounts.Text(state.Capacity),
        RefillPerSecond = Amounts.Text(state.RefillPerSecond),
        Remaining = Amounts.Text(state.Remaining),
        Level = Amounts.Text(state.Level),
        FullInSeconds = state.FullIn is { } full ? Amounts.Text(Amounts.Seconds(full)) : null,
        RetryAfterSeconds = state.RetryAfter is { } wait ? Amounts.Text(Amounts.Seconds(wait)) : null,
    };
}
