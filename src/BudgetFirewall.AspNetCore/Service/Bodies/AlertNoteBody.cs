using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A note on an alert as JSON.</summary>
[Description("What is noted of the alert.")]
internal sealed class AlertNoteBody
{
    [Description("A note for those who read the alert later, 1 to 1,000 characters; absent: none.")]
    public string? Note { get; init; }
}
