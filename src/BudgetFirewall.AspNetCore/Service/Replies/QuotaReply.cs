using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A pool and its division as JSON.</summary>
[Description("A pool: what PUT takes, with everything spelled out, and who has how much of it. Amounts are exact decimals as strings.")]
internal sealed record QuotaReply
{
    public required string Id { get; init; }

    public required string Limit { get; init; }

    public string? Unit { get; init; }

    public required string Period { get; init; }

    public required string TimeZone { get; init; }

    public required string Strategy { get; init; }

    public required QuotaDynamicsReply Dynamics { get; init; }

    public required IReadOnlyList<QuotaMemberReply> Members { get; init; }

    public QuotaRolloverReply? Rollover { get; init; }

    public required IReadOnlyList<string> WarnAt { get; init; }

    public required string Enforcement { get; init; }

    public required IReadOnlyList<string> Providers { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    [Description("The start of the present period.")]
    public required DateTimeOffset PeriodStart { get; init; }

    [Description("The end of the present period.")]
    public required DateTimeOffset PeriodEnd { get; init; }

    [Description("What each member may spend in the present period, apart from what was rolled over.")]
    public required IReadOnlyList<QuotaAllocationReply> Allocations { get; init; }

    [Description("What was rolled over from the last period; members without are left out.")]
    public required IReadOnlyList<QuotaAllocationReply> RolledOver { get; init; }

    [Description("What nobody has.")]
    public required string Undivided { get; init; }

    public static QuotaReply Of(QuotaState state) => new()
    {
        Id = state.Pool.Id,
        Limit = Amounts.Text(state.Pool.Limit),
        Unit = state.Pool.Unit,
        Period = state.Pool.Period.ToString(),
        TimeZone = state.Pool.TimeZone,
        Strategy = WireNames.Of(state.Pool.Strategy),
        Dynamics = QuotaDynamicsReply.Of(state.Pool.Dynamics),
        Members = [.. state.Pool.Members.Select(QuotaMemberReply.Of)],
        Rollover = state.Pool.Rollover is { } rollover ? QuotaRolloverReply.Of(rollover) : null,
        WarnAt = [.. state.Pool.WarnAt.Select(Amounts.Text)],
        Enforcement = WireNames.Of(state.Pool.Enforcement),
        Providers = state.Pool.Providers,
        Models = state.Pool.Models,
        Operations = state.Pool.Operations,
        PeriodStart = state.Period.Start,
        PeriodEnd = state.Period.End,
        Allocations = [.. state.Allocations.Select(QuotaAllocationReply.Of)],
        RolledOver = [.. state.RolledOver.Select(QuotaAllocationReply.Of)],
        Undivided = Amounts.Text(state.Undivided),
    };
}
