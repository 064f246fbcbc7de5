using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>Who has ended an approval, and why.</summary>
internal sealed class ApprovalEndData
{
    [JsonPropertyName("b")]
    public string? By { get; set; }

    [JsonPropertyName("n")]
    public string? Note { get; set; }
}
