using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A place that names a person still as JSON.</summary>
[Description("A place of the ledger that names the person still.")]
internal sealed record ErasureRemainderReply
{
    [NamesOf<LedgerErasurePlace>("")]
    public required string Place { get; init; }

    [Description("The number of texts there.")]
    public required long Count { get; init; }

    public static ErasureRemainderReply Of(LedgerErasureRemainder remainder) => new() { Place = WireNames.Of(remainder.Place), Count = remainder.Count };
}
