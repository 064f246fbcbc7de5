using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An overrun as JSON.</summary>
[Description("The part of a charge that lies above the limit of a hard, throttled or escalating budget.")]
internal sealed record OverrunReply
{
    public required string BudgetId { get; init; }

    [Description("The name for people of the budget; absent: none.")]
    public string? Name { get; init; }

    public required string Scope { get; init; }

    public string? Unit { get; init; }

    public required string Amount { get; init; }

    public static OverrunReply Of(BudgetOverrun overrun) => new()
    {
        BudgetId = overrun.BudgetId,
        Name = overrun.Name,
        Scope = overrun.Scope.ToString(),
        Unit = overrun.Unit,
        Amount = Amounts.Text(overrun.Amount),
    };
}
