namespace BudgetFirewall.Receipts;

/// <summary>Signs the checkpoints of a ledger. Implement it where the private key lies in a vault; <see cref="EcdsaSigner"/> has a key of its own. Implementations are thread-safe.</summary>
public interface ISigner
{
    /// <summary>The public key.</summary>
    ReceiptKey Key { get; }

    /// <summary>Signs some bytes: ECDSA on the curve P-256 with SHA-256.</summary>
    /// <param name="data">The bytes, which are not hashed yet.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The signature in DER, a sequence of the numbers r and s, as OpenSSL and most vaults give it.</returns>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);
}
