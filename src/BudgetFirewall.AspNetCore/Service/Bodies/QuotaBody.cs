using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A pool as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("An amount of money or of a unit for each period, divided among members as budgets of their own.")]
internal sealed class QuotaBody
{
    [Description("The pool's id. In a path it may be absent, and must be the path's.")]
    public string? Id { get; init; }

    [Required]
    [Description("The amount that is divided for each period: an exact decimal, as string or number; currency units with at most 9 decimals, or whole units.")]
    public decimal? Limit { get; init; }

    [Description("The usage unit that is counted; absent: money.")]
    public string? Unit { get; init; }

    [Description("The period, as in a budget, which must come again and again; absent: month.")]
    public string? Period { get; init; }

    [Description("The time zone by whose clock the period begins and ends, as Europe/Berlin; absent: UTC.")]
    public string? TimeZone { get; init; }

    [NamesOf<QuotaStrategy>("; absent: fair_share")]
    public string? Strategy { get; init; }

    [Description("How shares follow what members used; only for the strategy dynamic.")]
    public QuotaDynamicsBody? Dynamics { get; init; }

    [Required]
    [Description("The members, 1 to 10,000 of different scopes.")]
    public IReadOnlyList<QuotaMemberBody?>? Members { get; init; }

    [Description("The part of what a member has not used that is added to its budget in the next period; absent: none.")]
    public QuotaRolloverBody? Rollover { get; init; }

    [Description("Fractions of a member's limit at which a warning fires; absent: 0.8 and 0.9.")]
    public IReadOnlyList<decimal>? WarnAt { get; init; }

    [NamesOf<Enforcement>(", of the members' budgets, but not throttle; absent: hard")]
    public string? Enforcement { get; init; }

    [Description("The providers whose requests count; absent or empty: all.")]
    public IReadOnlyList<string>? Providers { get; init; }

    [Description("The models whose requests count; absent or empty: all.")]
    public IReadOnlyList<string>? Models { get; init; }

    [Description("The operations whose requests count; absent or empty: all.")]
    public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>The pool; the path's id, where there is one, is its id.</summary>
    /// <exception cref="FieldException">A value is not one that a pool may have.</exception>
    public QuotaPool ToPool(string? pathId, string path = "")
    {
        if (pathId is not null && Id is not null && pathId != Id)
            throw new FieldException("id", "id is not the one of the path.");
        return FieldException.Naming(path, () =>
        {
            var pool = new QuotaPool
            {
                Id = pathId ?? Id ?? throw FieldException.Missing(FieldException.Join(path, "id")),
                Limit = Limit ?? throw FieldException.Missing(FieldException.Join(path, "limit")),
                Members = MembersOf(FieldException.Join(path, "members")),
                Unit = Unit,
                TimeZone = TimeZone ?? "UTC",
                Dynamics = Dynamics?.ToDynamics() ?? new(),
                Rollover = Rollover?.ToRollover(),
                Providers = Providers ?? [],
                Models = Models ?? [],
                Operations = Operations ?? [],
            };
            if (Period is not null)
                pool = pool with { Period = PeriodOf(Period, FieldException.Join(path, "period")) };
            if (Strategy is not null)
                pool = pool with { Strategy = NamedOf<QuotaStrategy>(Strategy, FieldException.Join(path, "strategy")) };
            if (Enforcement is not null)
                pool = pool with { Enforcement = NamedOf<Enforcement>(Enforcement, FieldException.Join(path, "enforcement")) };
            return WarnAt is null ? pool : pool with { WarnAt = WarnAt };
        });
    }

    private QuotaMember[] MembersOf(string path) =>
        [.. (Members ?? throw FieldException.Missing(path)).Select((member, i) => (member ?? throw FieldException.Missing($"{path}[{i}]")).ToMember($"{path}[{i}]"))];

    private static TEnum NamedOf<TEnum>(string text, string field) where TEnum : struct, Enum =>
        WireNames.Parse<TEnum>(text) ?? throw new FieldException(field, $"{field} must be {WireNames.Choices<TEnum>()}.");

    private static BudgetPeriod PeriodOf(string text, string field)
    {
        try
        {
            return BudgetPeriod.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FieldException(field, $"{field} {e.Message}.");
        }
    }
}
