using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A place that names a person still as JSON.</summary>
[Description("A place of the ledger that names the person still.")]
internal sealed record ErasureRemainderReply
{
    [NamesOf<LedgerErasurePlace>("")]
    public required string Place { get; init; }

    [Description("The number of texts, entries or files there.")]
    public required long Count { get; init; }

    [Description("The names of the files that may name the person, in the folder of the journal; empty for other places.")]
    public required IReadOnlyList<string> Files { get; init; }

    public static ErasureRemainderReply Of(LedgerErasureRemainder remainder) => new()
    {
        Place = WireNames.Of(remainder.Place), Count = remainder.Count, Files = [.. remainder.Files.Select(file => Path.GetFileName(file))],
    };
}
