using System.Net;

namespace BudgetFirewall;

/// <summary>The members that a problem has for a denial. Top-level members are those of the first limit that refuses.</summary>
internal sealed record DenialDetails
{
    /// <summary>The outcome's name, as budget_exceeded; where the application asks for the action: reject or throttle.</summary>
    public required string Decision { get; init; }

    /// <summary>The outcome's name, where the decision is the action.</summary>
    public string? Outcome { get; init; }

    public string? UserId { get; init; }

    public string? ProjectId { get; init; }

    public string? Provider { get; init; }

    public string? Operation { get; init; }

    public string? Model { get; init; }

    /// <summary>user, provider, global…; never an id.</summary>
    public string? ScopeKind { get; init; }

    public string? Limit { get; init; }

    /// <summary>The amount by which the limit is raised; null where it is not.</summary>
    public string? Allowance { get; init; }

    public string? Remaining { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    public long? RetryAfterSeconds { get; init; }

    /// <summary>The first of the approvals that are pending; null where there are none.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>The approvals that are pending; null where there are none.</summary>
    public IReadOnlyList<string>? ApprovalIds { get; init; }

    public IReadOnlyList<DenyingLimit> DeniedBy { get; init; } = [];

    public static DenialDetails Of(BudgetRequest request, BudgetDecision decision, ISet<string> hiddenKinds, BudgetDenialDetails shown)
    {
        IReadOnlyList<DenyingLimit> deniedBy =
        [
            .. decision.DeniedByBudgets.Select(budget => DenyingLimit.Of(budget, TurnOf(budget, decision), hiddenKinds.Contains(budget.Scope.Kind))),
            .. decision.DeniedByRateLimits.Select(limit => DenyingLimit.Of(limit, hiddenKinds.Contains(limit.Scope.Kind))),
        ];
        var first = deniedBy.Count > 0 ? deniedBy[0] : null;
        return new()
        {
            Decision = shown.HasFlag(BudgetDenialDetails.Action) ? ActionOf(decision) : WireNames.Of(decision.Outcome),
            Outcome = shown.HasFlag(BudgetDenialDetails.Action) ? WireNames.Of(decision.Outcome) : null,
            UserId = shown.HasFlag(BudgetDenialDetails.UserId) ? request.UserId : null,
            ProjectId = shown.HasFlag(BudgetDenialDetails.ProjectId) ? request.ProjectId : null,
            Provider = shown.HasFlag(BudgetDenialDetails.Provider) ? request.Provider : null,
            Operation = shown.HasFlag(BudgetDenialDetails.Operation) ? request.Operation : null,
            Model = shown.HasFlag(BudgetDenialDetails.Model) ? request.Model : null,
            ScopeKind = first?.ScopeKind,
            Limit = first?.Limit,
            Allowance = first?.Allowance,
            Remaining = first?.Remaining,
            ResetsAt = first?.ResetsAt,
            RetryAfterSeconds = DenialAnswer.RetryAfterSeconds(decision.RetryAfter),
            ApprovalId = decision.ApprovalIds is [var asked, ..] ? asked : null,
            ApprovalIds = decision.ApprovalIds.Count > 0 ? decision.ApprovalIds : null,
            DeniedBy = deniedBy,
        };
    }

    /// <summary>The time after which a throttled budget has a turn; null for other budgets, which have room when they are reset.</summary>
    private static TimeSpan? TurnOf(BudgetState budget, BudgetDecision decision) => budget.Throttle is null
        ? null
        : decision.Limits.FirstOrDefault(limit => limit.Kind == LimitKind.Budget && limit.Id == budget.BudgetId && limit.Scope == budget.Scope)?.Wait;

    private static string ActionOf(BudgetDecision decision) => decision.RetryAfter is not null && OutcomeTraits.Of(decision.Outcome).Status == HttpStatusCode.TooManyRequests ? "throttle" : "reject";
}
