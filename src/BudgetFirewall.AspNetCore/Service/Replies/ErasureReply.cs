using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The result of an erasure as JSON.</summary>
[Description("The result of erasing a person from the ledger.")]
internal sealed record ErasureReply
{
    [Description("What stands in the place of the id now; absent: the ledger had nothing of the person that could be erased.")]
    public string? ErasedId { get; init; }

    [Description("The number of entries that have named the person.")]
    public required long Entries { get; init; }

    [Description("true when nothing in the ledger names the person any more.")]
    public required bool IsComplete { get; init; }

    [Description("Where the person is named still.")]
    public required IReadOnlyList<ErasureRemainderReply> Remainders { get; init; }

    public static ErasureReply Of(LedgerErasureResult result) => new()
    {
        ErasedId = result.ErasedId,
        Entries = result.Entries,
        IsComplete = result.IsComplete,
        Remainders = [.. result.Remainders.Select(ErasureRemainderReply.Of)],
    };
}
