using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The budgets in force as JSON.</summary>
[Description("Every budget in force, configured ones and those set at run time, ordered by id.")]
internal sealed record BudgetListReply
{
    public required IReadOnlyList<BudgetReply> Budgets { get; init; }
}
