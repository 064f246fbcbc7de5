using System.ComponentModel;
using BudgetFirewall.Receipts;

namespace BudgetFirewall;

/// <summary>A checkpoint as JSON.</summary>
[Description("The state of the ledger's log at one time, signed.")]
internal sealed record CheckpointReply
{
    [Description("The name of the log.")]
    public required string Origin { get; init; }

    [Description("The number of entries.")]
    public required long TreeSize { get; init; }

    [Description("The hash of the Merkle tree of all entries, in base64.")]
    public required string RootHash { get; init; }

    [Description("The whole text with its signature, as it is published: the form of C2SP's tlog-checkpoint.")]
    public required string Checkpoint { get; init; }

    public static CheckpointReply Of(LedgerCheckpoint checkpoint) => new()
    {
        Origin = checkpoint.Origin,
        TreeSize = checkpoint.TreeSize,
        RootHash = checkpoint.Root.ToString(),
        Checkpoint = checkpoint.Text,
    };
}
