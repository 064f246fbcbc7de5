using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A budget as JSON.</summary>
[Description("A budget: what PUT takes, with everything spelled out. Amounts are exact decimals as strings.")]
internal sealed record BudgetReply
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    [Description("The pool whose member the budget is for; absent for others. Such a budget is changed with its pool.")]
    public string? PoolId { get; init; }

    public required string Scope { get; init; }

    public required string Limit { get; init; }

    public required string Period { get; init; }

    public required string TimeZone { get; init; }

    public required IReadOnlyList<ScheduleRowReply> Schedule { get; init; }

    public LimitFromUsageReply? LimitFromUsage { get; init; }

    public string? Unit { get; init; }

    public required string Enforcement { get; init; }

    public ThrottleReply? Throttle { get; init; }

    public required IReadOnlyList<string> WarnAt { get; init; }

    public required bool IsActive { get; init; }

    public required IReadOnlyList<string> Providers { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Dimensions { get; init; }

    public required bool CountsRequestsWithoutModel { get; init; }

    public required IReadOnlyDictionary<string, string> PriorityHeadroom { get; init; }

    public static BudgetReply Of(Budget budget) => new()
    {
        Id = budget.Id,
        Name = budget.Name,
        PoolId = budget.PoolId,
        Scope = budget.Scope.ToString(),
        Limit = Amounts.Text(budget.Limit),
        Period = budget.Period.ToString(),
        TimeZone = budget.TimeZone,
        Schedule = ScheduleRowReply.Of(budget.Schedule),
        LimitFromUsage = budget.LimitFromUsage is { } rule ? LimitFromUsageReply.Of(rule) : null,
        Unit = budget.Unit,
        Enforcement = WireNames.Of(budget.Enforcement),
        Throttle = ThrottleReply.Of(budget.Throttle),
        WarnAt = [.. budget.WarnAt.Select(Amounts.Text)],
        IsActive = budget.IsActive,
        Providers = budget.Providers,
        Models = budget.Models,
        Operations = budget.Operations,
        Dimensions = budget.Dimensions,
        CountsRequestsWithoutModel = budget.CountsRequestsWithoutModel,
        PriorityHeadroom = budget.PriorityHeadroom.ToDictionary(headroom => headroom.Key, headroom => Amounts.Text(headroom.Value)),
    };
}
