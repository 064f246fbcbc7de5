using System.Collections.Immutable;

namespace BudgetFirewall.Receipts;

/// <summary>
/// An entry with the proof that it is in the log that a checkpoint was signed for. It is verified without the ledger: <see cref="ReceiptVerifier"/>. Immutable.
/// </summary>
public sealed record LedgerReceipt
{
    /// <summary>The entry.</summary>
    public required LedgerEntry Entry { get; init; }

    /// <summary>The values of the entry that belong to persons, with their salts. Who has the receipt of an entry knows them.</summary>
    public ImmutableArray<PersonalValue> PersonalValues { get; init; } = [];

    /// <summary>The place of the entry in the log, from 0.</summary>
    public required long LeafIndex { get; init; }

    /// <summary>The number of entries of the log that the proof is about.</summary>
    public required long TreeSize { get; init; }

    /// <summary>The hashes of the proof, from the leaf to the root.</summary>
    public required ImmutableArray<MerkleHash> Proof { get; init; }

    /// <summary>The checkpoint of the log at that size.</summary>
    public required LedgerCheckpoint Checkpoint { get; init; }

    /// <summary>The receipt as JSON in UTF-8, which <see cref="Parse"/> reads.</summary>
    public byte[] ToJson() => ReceiptText.Write(this);

    /// <summary>Reads a receipt. It is not verified yet.</summary>
    /// <param name="json">The JSON in UTF-8.</param>
    /// <exception cref="FormatException">The bytes are no receipt; the message says why.</exception>
    public static LedgerReceipt Parse(ReadOnlySpan<byte> json) => ReceiptText.Read(json);
}
