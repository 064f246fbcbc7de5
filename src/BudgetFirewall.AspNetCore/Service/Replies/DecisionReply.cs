using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A decision as JSON.</summary>
[Description("The answer to a request. A denial is problem details with these members.")]
internal sealed record DecisionReply
{
    public required bool IsAllowed { get; init; }

    [NamesOf<DecisionOutcome>]
    public required string Outcome { get; init; }

    [Description("The cost in currency units: an exact decimal as a string.")]
    public required string Cost { get; init; }

    [Description("true when nothing prices the request, or its price needs usage that was not given: cost is only the part that is known.")]
    public required bool IsCostUnknown { get; init; }

    [Description("Exact seconds until the request may fit; absent: allowed, or time does not help.")]
    public double? RetryAfterSeconds { get; init; }

    [Description("Exact seconds that the request had to wait for its turn, and that were waited before this answer; 0: it had not to.")]
    public required double WaitSeconds { get; init; }

    [Description("true when the store was away and the request was let through unseen.")]
    public required bool IsDegraded { get; init; }

    [Description("true when the operation had been answered before and nothing was changed.")]
    public required bool IsReplay { get; init; }

    [Description("true for a denial that the process has given by an earlier one, without asking the store.")]
    public required bool IsFromCache { get; init; }

    public required string OperationId { get; init; }

    public required IReadOnlyList<BudgetStateReply> Budgets { get; init; }

    public required IReadOnlyList<RateLimitStateReply> RateLimits { get; init; }

    [Description("Every budget and rate limit that took part, with its verdict.")]
    public required IReadOnlyList<LimitVerdictReply> Limits { get; init; }

    public required IReadOnlyList<WarningReply> Warnings { get; init; }

    [Description("Of a reservation: the warnings that its commit would fire, as things stand now.")]
    public required IReadOnlyList<WarningReply> WarningsAhead { get; init; }

    [Description("The ids of the budgets that refuse.")]
    public required IReadOnlyList<string> DeniedByBudgets { get; init; }

    [Description("The ids of the rate limits that refuse.")]
    public required IReadOnlyList<string> DeniedByRateLimits { get; init; }

    [Description("The first of approvalIds; absent: there are none.")]
    public string? ApprovalId { get; init; }

    [Description("The ids of the approvals that are pending for the request.")]
    public required IReadOnlyList<string> ApprovalIds { get; init; }

    public static DecisionReply Of(BudgetDecision decision) => new()
    {
        IsAllowed = decision.IsAllowed,
        Outcome = WireNames.Of(decision.Outcome),
        Cost = Amounts.Text(decision.Cost),
        IsCostUnknown = decision.IsCostUnknown,
        RetryAfterSeconds = decision.RetryAfter?.TotalSeconds,
        WaitSeconds = decision.Wait.TotalSeconds,
        IsDegraded = decision.IsDegraded,
        IsReplay = decision.IsReplay,
        IsFromCache = decision.IsFromCache,
        OperationId = decision.OperationId,
        Budgets = [.. decision.Budgets.Select(BudgetStateReply.Of)],
        RateLimits = [.. decision.RateLimits.Select(RateLimitStateReply.Of)],
        Limits = [.. decision.Limits.Select(LimitVerdictReply.Of)],
        Warnings = [.. decision.Warnings.Select(WarningReply.Of)],
        WarningsAhead = [.. decision.WarningsAhead.Select(WarningReply.Of)],
        DeniedByBudgets = [.. decision.DeniedByBudgets.Select(budget => budget.BudgetId)],
        DeniedByRateLimits = [.. decision.DeniedByRateLimits.Select(limit => limit.RateLimitId)],
        ApprovalId = decision.ApprovalIds is [var first, ..] ? first : null,
        ApprovalIds = decision.ApprovalIds,
    };
}
