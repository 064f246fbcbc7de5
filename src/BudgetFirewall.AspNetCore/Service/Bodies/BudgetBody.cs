using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A budget as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("A limit on a scope for a period, counted in money or in one usage unit.")]
internal sealed class BudgetBody
{
    [Description("The budget's id; absent: derived from scope, period, unit and filters. In a path it must be the path's.")]
    public string? Id { get; init; }

    [Description("A name for people, shown instead of the id; absent: none.")]
    public string? Name { get; init; }

    [Required]
    [Description("The scope that is limited: global, kind=id as user=alice, or each:kind as each:user.")]
    public string? Scope { get; init; }

    [Required]
    [Description("The limit: an exact decimal, as string or number; currency units with at most 9 decimals, or units with at most 6.")]
    public decimal? Limit { get; init; }

    [Description("hour, day, week, month, quarter, year or none; or a length such as 00:30:00, or 3.00:00:00@2026-01-05T00:00:00Z with the moment at which one begins; or one span as 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z; absent: day.")]
    public string? Period { get; init; }

    [Description("The time zone by whose clock the period begins and ends, as Europe/Berlin; absent: UTC.")]
    public string? TimeZone { get; init; }

    [Description("Other limits at certain hours of the week; absent or empty: none.")]
    public IReadOnlyList<ScheduleRowBody?>? Schedule { get; init; }

    [Description("The rule by which the limit follows what was spent in past periods; absent: it is always limit.")]
    public LimitFromUsageBody? LimitFromUsage { get; init; }

    [Description("The usage unit that is counted; absent: money.")]
    public string? Unit { get; init; }

    [NamesOf<Enforcement>("; absent: hard")]
    public string? Enforcement { get; init; }

    [Description("The rate at which calls above the limit begin, and the ceiling; required where enforcement is throttle, and absent for others.")]
    public ThrottleBody? Throttle { get; init; }

    [Description("Fractions of the limit at which a warning fires, as 0.8; absent: 0.8.")]
    public IReadOnlyList<decimal>? WarnAt { get; init; }

    [Description("false switches the budget off; absent: true.")]
    public bool? IsActive { get; init; }

    [Description("The providers whose requests count; absent or empty: all.")]
    public IReadOnlyList<string>? Providers { get; init; }

    [Description("The models whose requests count; absent or empty: all.")]
    public IReadOnlyList<string>? Models { get; init; }

    [Description("The operations whose requests count; absent or empty: all.")]
    public IReadOnlyList<string>? Operations { get; init; }

    [Description("The dimensions of the requests that count, as kind and ids: {\"tier\": [\"trial\"]}; absent or empty: all.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Dimensions { get; init; }

    [Description("true: a request without a model counts too, although there are models; absent: false.")]
    public bool? CountsRequestsWithoutModel { get; init; }

    [Description("The fraction of the limit that must stay free when a request of a priority is admitted, from 0 to 1: {\"batch\": 0.3}; absent or empty: none.")]
    public IReadOnlyDictionary<string, decimal>? PriorityHeadroom { get; init; }

    /// <summary>The budget; the path's id, where there is one, is its id.</summary>
    /// <exception cref="FieldException">A value is not one that a budget may have.</exception>
    public Budget ToBudget(string? pathId)
    {
        if (pathId is not null && Id is not null && pathId != Id)
            throw new FieldException("id", "id is not the one of the path.");
        var budget = FieldException.Naming("", () => new Budget
        {
            Scope = ScopeText.Parse(Scope ?? throw FieldException.Missing("scope"), "scope"),
            Limit = Limit ?? throw FieldException.Missing("limit"),
            Period = Period is null ? BudgetPeriod.Day : PeriodOf(Period),
            TimeZone = TimeZone ?? "UTC",
            Schedule = ScheduleRowBody.ToRows(Schedule),
            LimitFromUsage = LimitFromUsage?.ToRule("limitFromUsage"),
            Unit = Unit,
            Enforcement = Enforcement is null ? default : WireNames.Parse<Enforcement>(Enforcement) ?? throw new FieldException("enforcement", $"enforcement must be {WireNames.Choices<Enforcement>()}."),
            Throttle = Throttle?.ToThrottle(),
            WarnAt = WarnAt ?? [0.8m],
            IsActive = IsActive ?? true,
            Providers = Providers ?? [],
            Models = Models ?? [],
            Operations = Operations ?? [],
            Dimensions = Dimensions ?? new Dictionary<string, IReadOnlyList<string>>(),
            CountsRequestsWithoutModel = CountsRequestsWithoutModel ?? false,
            PriorityHeadroom = PriorityHeadroom ?? new Dictionary<string, decimal>(),
            Name = Name,
        });
        return (pathId ?? Id) is { } id ? FieldException.Naming("", () => budget with { Id = id }) : budget;
    }

    private static BudgetPeriod PeriodOf(string text)
    {
        try
        {
            return BudgetPeriod.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FieldException("period", $"period {e.Message}.");
        }
    }
}
