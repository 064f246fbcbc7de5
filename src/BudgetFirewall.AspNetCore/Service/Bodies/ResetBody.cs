using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A reset as JSON.</summary>
[Description("The counter of the budget that is reset.")]
internal sealed class ResetBody
{
    [Description("One scope that the budget counts for: global, or kind=id as user=alice. May be absent where the budget is about one scope.")]
    public string? Scope { get; init; }
}
