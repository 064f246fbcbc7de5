using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A change of an allowance as JSON.</summary>
[Description("A change of the allowance of a budget. Amounts are exact decimals as strings.")]
internal sealed record AllowanceReply
{
    public required string OperationId { get; init; }

    [Description("The amount by which the allowance has changed: below 0 it was taken back, which may be less than was asked for.")]
    public required string Amount { get; init; }

    [Description("The allowance now: the amount by which the limit is raised for the scope in the present period.")]
    public required string Allowance { get; init; }

    public required string Reason { get; init; }

    [Description("The name of the caller who decided it; absent: not known.")]
    public string? By { get; init; }

    [Description("true when this had been done before and nothing was changed.")]
    public required bool IsReplay { get; init; }

    public required BudgetStateReply Budget { get; init; }

    public static AllowanceReply Of(AllowanceChange change) => new()
    {
        OperationId = change.OperationId,
        Amount = Amounts.Text(change.Amount),
        Allowance = Amounts.Text(change.Allowance),
        Reason = change.Reason,
        By = change.By,
        IsReplay = change.IsReplay,
        Budget = BudgetStateReply.Of(change.Budget),
    };
}
