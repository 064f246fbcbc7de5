using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An explanation of what a check would answer, as JSON.</summary>
[Description("What a check of the request would answer, with the verdict of every limit that it meets. Nothing was taken. Amounts are exact decimals as strings.")]
internal sealed record ExplanationReply
{
    public required bool IsAllowed { get; init; }

    [NamesOf<DecisionOutcome>]
    public required string Outcome { get; init; }

    [Description("Exact seconds until the request may fit; absent: it would be allowed, or time does not help.")]
    public double? RetryAfterSeconds { get; init; }

    public string? Partition { get; init; }

    [Description("The store's time of the answer.")]
    public required DateTimeOffset AsOf { get; init; }

    public required string Currency { get; init; }

    [Description("The cost in currency units.")]
    public required string Cost { get; init; }

    [Description("true when nothing prices the request, or its price needs usage that was not given: cost is only the part that is known.")]
    public required bool IsCostUnknown { get; init; }

    [Description("The cost line by line; absent: nothing prices the request.")]
    public EstimateReply? CostBreakdown { get; init; }

    [Description("Every budget and rate limit that the request meets, with its verdict.")]
    public required IReadOnlyList<LimitVerdictReply> Limits { get; init; }

    public required IReadOnlyList<BudgetStateReply> Budgets { get; init; }

    public required IReadOnlyList<RateLimitStateReply> RateLimits { get; init; }

    public static ExplanationReply Of(RequestExplanation explanation) => new()
    {
        IsAllowed = explanation.IsAllowed,
        Outcome = WireNames.Of(explanation.Outcome),
        RetryAfterSeconds = explanation.RetryAfter?.TotalSeconds,
        Partition = explanation.Partition,
        AsOf = explanation.AsOf,
        Currency = explanation.Currency,
        Cost = Amounts.Text(explanation.Cost),
        IsCostUnknown = explanation.IsCostUnknown,
        CostBreakdown = explanation.CostBreakdown is { } cost ? EstimateReply.Of(cost) : null,
        Limits = [.. explanation.Limits.Select(LimitVerdictReply.Of)],
        Budgets = [.. explanation.Budgets.Select(BudgetStateReply.Of)],
        RateLimits = [.. explanation.RateLimits.Select(RateLimitStateReply.Of)],
    };
}
