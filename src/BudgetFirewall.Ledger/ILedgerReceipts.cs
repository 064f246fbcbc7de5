using System.Collections.Immutable;
using BudgetFirewall.Receipts;

namespace BudgetFirewall;

/// <summary>
/// The receipts of a ledger: proofs that an entry is in it as it was first written. Every entry that is written has a leaf in a Merkle tree, one for each partition, whose state is signed now and then: a checkpoint. Who has
/// one finds out later what was changed, removed, put in another order or cut off. Thread-safe.
/// </summary>
public interface ILedgerReceipts
{
    /// <summary>The receipt of an entry. Where no checkpoint has the entry yet, one is made.</summary>
    /// <param name="entryId">The id of the entry: <see cref="LedgerEntry.Id"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The receipt; null when there is no such entry, or when it was written without receipts.</returns>
    /// <exception cref="LedgerException">The database cannot be read, or what the receipt needs was changed.</exception>
    ValueTask<LedgerReceipt?> GetAsync(string entryId, CancellationToken cancellationToken = default);

    /// <summary>A checkpoint of the log as it is now. Where nothing was appended since the last one it is that one; otherwise it is signed, published and kept.</summary>
    /// <param name="partition">The partition; null for entries without one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LedgerException">The database cannot be reached, or the tree in it was changed.</exception>
    ValueTask<LedgerCheckpoint> CheckpointAsync(string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>The proof that the log at a later checkpoint begins with what it was at an earlier one, for <see cref="MerkleProof.VerifyConsistency"/>.</summary>
    /// <param name="first">The earlier checkpoint.</param>
    /// <param name="second">The later checkpoint.</param>
    /// <param name="partition">The partition; null for entries without one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The checkpoints are not those of this log, or it has not so many entries.</exception>
    /// <exception cref="LedgerException">The database cannot be read, or the tree in it was changed.</exception>
    ValueTask<ImmutableArray<MerkleHash>> ProveConsistencyAsync(LedgerCheckpoint first, LedgerCheckpoint second, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Verifies a receipt of this ledger, as <see cref="ReceiptVerifier"/> does, which needs no ledger.</summary>
    /// <param name="json">The receipt.</param>
    ReceiptVerification Verify(ReadOnlySpan<byte> json);

    /// <summary>Verifies all entries of a partition, and compares them with all checkpoints. It reads the whole ledger, in one state of it.</summary>
    /// <param name="published">Checkpoints that were kept outside of the database. Without them nothing tells when the end was cut off together with the checkpoints in the database.</param>
    /// <param name="partition">The partition; null for entries without one.</param>
    /// <param name="cancellationToken">Ends the verifying.</param>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<LedgerVerification> VerifyAllAsync(IReadOnlyCollection<LedgerCheckpoint>? published = null, string? partition = null, CancellationToken cancellationToken = default);
}
