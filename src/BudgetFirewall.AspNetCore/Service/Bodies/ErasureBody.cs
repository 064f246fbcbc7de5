using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace BudgetFirewall;

/// <summary>The erasure of a person from the ledger as JSON.</summary>
[Description("The person who is erased from the ledger, in all partitions. It cannot be undone.")]
internal sealed class ErasureBody
{
    [Required]
    [Description("The person, as user=alice.")]
    public string? Scope { get; init; }

    [Description("Who asks for it, 1 to 256 characters; absent: the caller.")]
    public string? By { get; init; }

    [Description("The reason, for the log of erasures, 1 to 1,000 characters; absent: none.")]
    public string? Reason { get; init; }
}
