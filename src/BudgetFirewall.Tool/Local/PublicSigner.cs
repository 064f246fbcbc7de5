using BudgetFirewall.Receipts;

namespace BudgetFirewall.Tool;

/// <summary>A public key where a signer is asked for: it verifies, and signs nothing.</summary>
internal sealed class PublicSigner(ReceiptKey key) : ISigner
{
    public ReceiptKey Key => key;

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) => throw new InvalidOperationException("A public key signs nothing.");
}
