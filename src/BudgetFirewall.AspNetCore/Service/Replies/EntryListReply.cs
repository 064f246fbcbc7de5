using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of entries as JSON.</summary>
[Description("A page of the ledger's entries, the newest first.")]
internal sealed record EntryListReply
{
    public required IReadOnlyList<EntryReply> Items { get; init; }

    [Description("The cursor of the next page, to be given with the same query; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
