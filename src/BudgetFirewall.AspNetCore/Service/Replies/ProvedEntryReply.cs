using System.ComponentModel;
using System.Text.Json.Nodes;

namespace BudgetFirewall;

/// <summary>The description of a receipt's JSON, which <see cref="Receipts.LedgerReceipt.ToJson"/> writes: no byte of it may be another one for having passed through here.</summary>
[Description("An entry of the ledger with the proof that it was in it, with exactly this content, when the checkpoint was signed.")]
internal sealed record ProvedEntryReply
{
    [Description("The entry, with the names that it has in the ledger, and with personalValues: the ids of persons with the salts of the hashes that stand for them in the log.")]
    public required JsonObject Entry { get; init; }

    [Description("The place of the entry in the log, from 0.")]
    public required long LeafIndex { get; init; }

    [Description("The number of entries of the log that the proof is about.")]
    public required long TreeSize { get; init; }

    [Description("The hashes of the proof in base64, from the leaf to the root, as RFC 6962 has them.")]
    public required IReadOnlyList<string> Proof { get; init; }

    [Description("The checkpoint of the log at that size.")]
    public required string Checkpoint { get; init; }
}
