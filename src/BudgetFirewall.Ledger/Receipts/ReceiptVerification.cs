namespace BudgetFirewall.Receipts;

/// <summary>The result of verifying a receipt. Immutable.</summary>
/// <param name="Fault">The fault; null for a valid receipt.</param>
/// <param name="Reason">The fault in a sentence; null for a valid receipt.</param>
public sealed record ReceiptVerification(ReceiptFault? Fault, string? Reason)
{
    /// <summary>True when the entry was in the log that was signed, at this place and with exactly this content.</summary>
    public bool IsValid => Fault is null;
}
