namespace BudgetFirewall.Receipts;

/// <summary>Verifies receipts with nothing but public keys: no ledger, no network. Thread-safe.</summary>
/// <example><code>
/// var result = ReceiptVerifier.Verify(File.ReadAllBytes("receipt.json"), [ReceiptKey.FromPem(File.ReadAllText("ledger-key.pub.pem"))]);
/// Console.WriteLine(result.IsValid ? "valid" : result.Reason);
/// </code></example>
public static class ReceiptVerifier
{
    private static readonly ReceiptVerification Valid = new(Fault: null, Reason: null);

    /// <summary>Verifies a receipt as JSON.</summary>
    /// <param name="json">The JSON in UTF-8.</param>
    /// <param name="keys">The keys that are trusted to sign for the log.</param>
    /// <param name="origin">The name of the log without partitions; null: whatever log the keys have signed for.</param>
    public static ReceiptVerification Verify(ReadOnlySpan<byte> json, IReadOnlyCollection<ReceiptKey> keys, string? origin = null)
    {
        try
        {
            return Verify(LedgerReceipt.Parse(json), keys, origin);
        }
        catch (FormatException e)
        {
            return new(ReceiptFault.Unreadable, e.Message);
        }
    }

    /// <summary>Verifies a receipt.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="keys">The keys that are trusted to sign for the log.</param>
    /// <param name="origin">The name of the log without partitions; null: whatever log the keys have signed for.</param>
    public static ReceiptVerification Verify(LedgerReceipt receipt, IReadOnlyCollection<ReceiptKey> keys, string? origin = null)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(keys);
        return CheckpointFault(receipt, keys, origin) ?? SizeFault(receipt) ?? PersonalFault(receipt) ?? TreeFault(receipt) ?? Valid;
    }

    private static ReceiptVerification? CheckpointFault(LedgerReceipt receipt, IReadOnlyCollection<ReceiptKey> keys, string? origin)
    {
        var checkpoint = receipt.Checkpoint;
        if (!keys.Any(checkpoint.IsSignedBy))
        {
            return keys.Any(checkpoint.Names)
                ? new(ReceiptFault.SignatureInvalid, "The checkpoint has a signature that is not that of its key: text or signature were changed.")
                : new(ReceiptFault.UnknownKey, "None of the given keys has signed the checkpoint.");
        }
        return LogName.IsOf(checkpoint.Origin, origin, receipt.Entry.Partition)
            ? null
            : new(ReceiptFault.OtherLog, $"The checkpoint is that of the log {checkpoint.Origin}, to which the entry does not belong.");
    }

    private static ReceiptVerification? SizeFault(LedgerReceipt receipt)
    {
        if (receipt.TreeSize != receipt.Checkpoint.TreeSize)
            return new(ReceiptFault.SizeDiffers, $"The proof is about {receipt.TreeSize} entries, and the checkpoint about {receipt.Checkpoint.TreeSize}.");
        return receipt.LeafIndex >= 0 && receipt.LeafIndex < receipt.TreeSize
            ? null
            : new(ReceiptFault.SizeDiffers, $"Among {receipt.TreeSize} entries, counted from 0, there is none with the number {receipt.LeafIndex}.");
    }

    private static ReceiptVerification? PersonalFault(LedgerReceipt receipt)
    {
        var scopes = CanonicalEntry.ValuesOf(receipt.Entry).ToHashSet();
        return receipt.PersonalValues.All(value => scopes.Remove((value.Kind, value.Id)))
            ? null
            : new(ReceiptFault.PersonalValueDiffers, "A personal value is none of the entry, or is given twice.");
    }

    private static ReceiptVerification? TreeFault(LedgerReceipt receipt)
    {
        var leaf = CanonicalEntry.LeafOf(receipt.Entry, receipt.PersonalValues);
        return MerkleProof.VerifyInclusion(leaf, receipt.LeafIndex, receipt.TreeSize, receipt.Proof.AsSpan(), receipt.Checkpoint.Root)
            ? null
            : new(ReceiptFault.NotInTree, "The entry is not in the log that was signed, at this place and by this proof: entry, place or proof were changed.");
    }
}
