using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The rule of a limit that follows from use as JSON.</summary>
[Description("A limit that follows from use: a percentile of what was spent in past periods, times a factor, within a floor and a ceiling. Amounts are exact decimals as strings.")]
internal sealed record LimitFromUsageReply
{
    public required int Periods { get; init; }

    public required string Percentile { get; init; }

    public required string Factor { get; init; }

    public required string Floor { get; init; }

    public required string Ceiling { get; init; }

    public static LimitFromUsageReply Of(LimitFromUsage rule) => new()
    {
        Periods = rule.Periods,
        Percentile = Amounts.Text(rule.Percentile),
        Factor = Amounts.Text(rule.Factor),
        Floor = Amounts.Text(rule.Floor),
        Ceiling = Amounts.Text(rule.Ceiling),
    };
}
