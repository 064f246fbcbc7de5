namespace BudgetFirewall.Tool;

/// <summary>What one rate limit stands at for one scope.</summary>
internal sealed record RateLimitLine
{
    public required string RateLimitId { get; init; }

    public string? Name { get; init; }

    public required string Scope { get; init; }

    public string? Unit { get; init; }

    public required string Enforcement { get; init; }

    public required string Source { get; init; }

    public required string Algorithm { get; init; }

    public required string Limit { get; init; }

    public double? WindowSeconds { get; init; }

    public required string Remaining { get; init; }

    public static RateLimitLine Of(RateLimitState state) => new()
    {
        RateLimitId = state.RateLimitId,
        Name = state.Name,
        Scope = state.Scope.ToString(),
        Unit = state.Unit,
        Enforcement = Texts.Of(state.Enforcement),
        Source = Texts.Of(state.Source),
        Algorithm = Texts.Of(state.Algorithm),
        Limit = Texts.Of(state.Limit),
        WindowSeconds = state.Window?.TotalSeconds,
        Remaining = Texts.Of(state.Remaining),
    };
}
