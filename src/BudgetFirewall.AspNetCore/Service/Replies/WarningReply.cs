using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A warning as JSON.</summary>
[Description("A budget whose spending has reached one of its warning fractions.")]
internal sealed record WarningReply
{
    public required string BudgetId { get; init; }

    [Description("The name for people of the budget; absent: none.")]
    public string? Name { get; init; }

    public required string Scope { get; init; }

    public required string Period { get; init; }

    public string? Unit { get; init; }

    [Description("The fraction of the limit and the allowance together that was reached: 0.8 is 80 %.")]
    public required string Threshold { get; init; }

    public required string Limit { get; init; }

    [Description("The amount by which the limit was raised then.")]
    public required string Allowance { get; init; }

    public required string Spent { get; init; }

    public static WarningReply Of(BudgetWarning warning) => new()
    {
        BudgetId = warning.BudgetId,
        Name = warning.Name,
        Scope = warning.Scope.ToString(),
        Period = warning.Period.ToString(),
        Unit = warning.Unit,
        Threshold = Amounts.Text(warning.Threshold),
        Limit = Amounts.Text(warning.Limit),
        Allowance = Amounts.Text(warning.Allowance),
        Spent = Amounts.Text(warning.Spent),
    };
}
