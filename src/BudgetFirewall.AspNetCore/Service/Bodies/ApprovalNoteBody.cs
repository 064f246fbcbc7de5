using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A note on the end of an approval as JSON.</summary>
[Description("Why the approval ends.")]
internal sealed class ApprovalNoteBody
{
    [Description("A note for those who read the approval later, 1 to 1,000 characters; absent: none.")]
    public string? Note { get; init; }
}
