using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A request to let members borrow as JSON.</summary>
[Description("Who is in need; absent or without members: those that have used nine tenths of what they may.")]
internal sealed class ReallocateBody
{
    [Description("The scopes of the members in need.")]
    public IReadOnlyList<string>? Members { get; init; }
}
