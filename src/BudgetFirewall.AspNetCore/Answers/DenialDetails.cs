namespace BudgetFirewall;

/// <summary>The members that a problem has for a denial. Top-level members are those of the first limit that refuses.</summary>
internal sealed record DenialDetails
{
    /// <summary>budget_exceeded, rate_limited or store_unavailable.</summary>
    public required string Decision { get; init; }

    /// <summary>user, provider, global…; never an id.</summary>
    public string? ScopeKind { get; init; }

    public string? Limit { get; init; }

    public string? Remaining { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    public long? RetryAfterSeconds { get; init; }

    public IReadOnlyList<DenyingLimit> DeniedBy { get; init; } = [];

    public static DenialDetails Of(BudgetDecision decision, ISet<string> hiddenKinds)
    {
        IReadOnlyList<DenyingLimit> deniedBy =
        [
            .. decision.DeniedByBudgets.Select(budget => DenyingLimit.Of(budget, hiddenKinds.Contains(budget.Scope.Kind))),
            .. decision.DeniedByRateLimits.Select(limit => DenyingLimit.Of(limit, hiddenKinds.Contains(limit.Scope.Kind))),
        ];
        var first = deniedBy.Count > 0 ? deniedBy[0] : null;
        return new()
        {
            Decision = WireNames.Of(decision.Outcome),
            ScopeKind = first?.ScopeKind,
            Limit = first?.Limit,
            Remaining = first?.Remaining,
            ResetsAt = first?.ResetsAt,
            RetryAfterSeconds = decision.RetryAfter is { } wait ? Math.Max(1, Amounts.CeilingSeconds(wait)) : null,
            DeniedBy = deniedBy,
        };
    }
}
