using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Tool;

/// <summary>A budget as it is listed, and as it is set: members that are null then have their usual values.</summary>
internal sealed record BudgetAnswer
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? PoolId { get; init; }

    public required string Scope { get; init; }

    public required string Limit { get; init; }

    public string? Period { get; init; }

    public string? TimeZone { get; init; }

    public IReadOnlyList<ScheduleText>? Schedule { get; init; }

    public LimitFromUsageText? LimitFromUsage { get; init; }

    public string? Unit { get; init; }

    public string? Enforcement { get; init; }

    public ThrottleText? Throttle { get; init; }

    public IReadOnlyList<string>? WarnAt { get; init; }

    public bool? IsActive { get; init; }

    public IReadOnlyList<string>? Providers { get; init; }

    public IReadOnlyList<string>? Models { get; init; }

    public IReadOnlyList<string>? Operations { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Dimensions { get; init; }

    public bool? CountsRequestsWithoutModel { get; init; }

    public IReadOnlyDictionary<string, string>? PriorityHeadroom { get; init; }

    /// <summary>What the service of a later version says beyond that: it is kept when the budget is changed.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    public static BudgetAnswer Of(Budget budget) => new()
    {
        Id = budget.Id,
        Name = budget.Name,
        PoolId = budget.PoolId,
        Scope = budget.Scope.ToString(),
        Limit = Texts.Of(budget.Limit),
        Period = budget.Period.ToString(),
        TimeZone = budget.TimeZone,
        Schedule = [.. budget.Schedule.Select(ScheduleText.Of)],
        LimitFromUsage = LimitFromUsageText.Of(budget.LimitFromUsage),
        Unit = budget.Unit,
        Enforcement = Texts.Of(budget.Enforcement),
        Throttle = ThrottleText.Of(budget.Throttle),
        WarnAt = [.. budget.WarnAt.Select(Texts.Of)],
        IsActive = budget.IsActive,
        Providers = budget.Providers,
        Models = budget.Models,
        Operations = budget.Operations,
        Dimensions = budget.Dimensions,
        CountsRequestsWithoutModel = budget.CountsRequestsWithoutModel,
        PriorityHeadroom = budget.PriorityHeadroom.ToDictionary(headroom => headroom.Key, headroom => Texts.Of(headroom.Value)),
    };

    /// <exception cref="ToolException">A value is not one that a budget may have.</exception>
    /// <exception cref="ArgumentException">A value is not one that a budget may have.</exception>
    public Budget ToBudget()
    {
        var budget = new Budget
        {
            Scope = BudgetScope.TryParse(Scope, out var scope) ? scope : throw new ToolException(ExitCode.BadInput, $"--scope must be global, a scope such as user=alice, or each:user, not '{Scope}'."),
            Limit = Texts.Decimal(Limit, "--limit"),
            Name = Name,
            Period = Period is null ? BudgetPeriod.Day : PeriodOf(Period),
            TimeZone = TimeZone ?? "UTC",
            Schedule = Schedule is null ? [] : [.. Schedule.Select(row => row.ToRow())],
            LimitFromUsage = LimitFromUsage?.ToRule(),
            Unit = Unit,
            Enforcement = Enforcement is null ? default : Texts.Member<Enforcement>(Enforcement, "--enforcement"),
            Throttle = Throttle?.ToThrottle(),
            WarnAt = WarnAt is null ? [0.8m] : [.. WarnAt.Select(fraction => Texts.Decimal(fraction, "--warn-at"))],
            IsActive = IsActive ?? true,
            Providers = Providers ?? [],
            Models = Models ?? [],
            Operations = Operations ?? [],
            Dimensions = Dimensions ?? new Dictionary<string, IReadOnlyList<string>>(),
            CountsRequestsWithoutModel = CountsRequestsWithoutModel ?? false,
            PriorityHeadroom = PriorityHeadroom?.ToDictionary(headroom => headroom.Key, headroom => Texts.Decimal(headroom.Value, "--headroom")) ?? [],
        };
        return Id is null ? budget : budget with { Id = Id };
    }

    private static BudgetPeriod PeriodOf(string text)
    {
        try
        {
            return BudgetPeriod.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ToolException(ExitCode.BadInput, $"--period {e.Message}.");
        }
    }
}
