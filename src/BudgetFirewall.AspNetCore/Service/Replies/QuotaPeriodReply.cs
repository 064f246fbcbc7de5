using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An ended period of a pool as JSON.</summary>
internal sealed record QuotaPeriodReply
{
    public required DateTimeOffset PeriodStart { get; init; }

    public required DateTimeOffset PeriodEnd { get; init; }

    public required string Limit { get; init; }

    [Description("false: nobody renewed the pool for so long that what was used is not known any more.")]
    public required bool IsKnown { get; init; }

    public required IReadOnlyList<QuotaMemberPeriodReply> Members { get; init; }

    public static QuotaPeriodReply Of(QuotaPeriod period) => new()
    {
        PeriodStart = period.Period.Start,
        PeriodEnd = period.Period.End,
        Limit = Amounts.Text(period.Limit),
        IsKnown = period.IsKnown,
        Members = [.. period.Members.Select(member => new QuotaMemberPeriodReply
        {
            Scope = member.Scope.ToString(),
            Allocated = Amounts.Text(member.Allocated),
            Used = Amounts.Text(member.Used),
            RolledOver = Amounts.Text(member.RolledOver),
            Lent = Amounts.Text(member.Lent),
            Borrowed = Amounts.Text(member.Borrowed),
        })],
    };
}
