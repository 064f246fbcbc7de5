using BudgetFirewall.Receipts;

namespace BudgetFirewall.Tool;

/// <summary>The verification of one receipt.</summary>
internal sealed record ReceiptAnswer(bool IsValid, string? Fault = null, string? Reason = null)
{
    public static ReceiptAnswer Of(ReceiptVerification verification) => new(verification.IsValid, verification.Fault is { } fault ? Texts.Of(fault) : null, verification.Reason);
}
